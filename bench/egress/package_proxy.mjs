// The npm package sandbox-runtime's own proxy, as `srt` starts it, without a sandbox around its
// clients: they come to its port with its token. What stands before it in a sandbox is two socat
// processes for each connection: the one outside listens at SOCKET.
//
//   node package_proxy.mjs PACKAGE/dist/index.js ORIGIN     prints PORT TOKEN SOCKET
const { SandboxManager } = await import(process.argv[2]);
await SandboxManager.initialize({
  network: { allowedDomains: [process.argv[3]], deniedDomains: [] },
  filesystem: { denyRead: [], allowWrite: [], denyWrite: [] },
});
console.log(
  SandboxManager.getProxyPort(),
  SandboxManager.getProxyAuthToken(),
  SandboxManager.getLinuxHttpSocketPath() ?? "-",
);
