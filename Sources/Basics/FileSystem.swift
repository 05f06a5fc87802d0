import CLibrary

/// The path with links followed; nil if it doesn't exist.
package func resolvedPath(_ path: String) -> String? {
  guard let real = realpath(path, nil) else { return nil }
  defer { free(real) }
  return String(cString: real)
}

/// Flushes a folder, so that new names in it are on the disk. Some file systems can't; the bytes are
/// safe without it.
package func flushFolder(_ folder: String) {
  let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return }
  fsync(descriptor)
  close(descriptor)
}
