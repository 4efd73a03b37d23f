/* What runs later with all the rights of the person, in the home directory: start files of shells,
 * programs on the search path, logins, sessions (MITRE T1543, T1546, T1547). One attempt a place,
 * so that a report says which. */
#include "file_steps.h"

#define PLANTS(number, path) \
  ATTEMPT(PER, number) { return plants(scene_path("home", path)); }
#define APPENDS(number, path) \
  ATTEMPT(PER, number) { return appends(scene_path("home", path)); }

APPENDS(001, ".bashrc")
APPENDS(101, ".profile")
APPENDS(102, ".zshrc")
PLANTS(103, ".zshenv")
PLANTS(104, ".bash_profile")
PLANTS(105, ".config/fish/config.fish")
PLANTS(106, ".bash_logout")
PLANTS(107, ".inputrc")

APPENDS(002, ".ssh/authorized_keys")
APPENDS(108, ".ssh/config")
PLANTS(109, ".ssh/rc")
APPENDS(110, ".gitconfig")
PLANTS(111, ".config/git/config")
PLANTS(112, ".config/git/attributes")

PLANTS(003, ".local/bin/git")
PLANTS(113, "bin/ls")
PLANTS(114, ".cargo/bin/cargo")
PLANTS(115, ".config/systemd/user/later.service")
PLANTS(116, ".config/autostart/later.desktop")
PLANTS(117, ".config/environment.d/later.conf")
PLANTS(118, ".local/share/applications/later.desktop")
PLANTS(119, "Library/LaunchAgents/com.example.later.plist")
PLANTS(120, ".local/share/dbus-1/services/later.service")

PLANTS(027, ".local/lib/python3.11/site-packages/later.pth")
PLANTS(121, ".config/pip/pip.conf")
APPENDS(122, ".npmrc")
PLANTS(123, ".cargo/config.toml")
APPENDS(028, ".docker/config.json")
APPENDS(124, ".kube/config")
APPENDS(125, ".aws/config")

PLANTS(126, ".vimrc")
PLANTS(127, ".config/nvim/init.lua")
PLANTS(128, ".emacs.d/init.el")
PLANTS(129, ".config/Code/User/settings.json")
PLANTS(130, ".claude/settings.json")
PLANTS(131, ".claude.json")
PLANTS(132, ".codex/config.toml")
PLANTS(133, ".cursor/mcp.json")
PLANTS(134, ".gemini/settings.json")
PLANTS(135, ".tmux.conf")
PLANTS(136, ".gdbinit")
PLANTS(030, "Library/Application Scripts/later/later.scpt")
PLANTS(137, "Library/Preferences/com.example.later.plist")
PLANTS(138, "Library/QuickLook/Later.qlgenerator/Contents/Info.plist")
PLANTS(139, "Library/Services/Later.workflow/Contents/document.wflow")

/* A start file that is a link: the link, and what it leads to. */
ATTEMPT(PER, 140) { return plants(scene_path("home", "dotfiles/zshenv")); }
