/** @file Loaded into every service that `./colloid up` starts: a service whose supervisor is gone ends itself. */

process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  // A service that cannot end in order within this time is ended without it; its work is resumable.
  setTimeout(() => process.exit(1), 15_000).unref();
});
