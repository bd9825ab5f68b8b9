const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;

/** The paths in a zip archive, from its central directory (APPNOTE 4.3.12). Fits archives below 4 GiB with no comment. */
export function pathsIn(archive: Buffer): readonly string[] {
  const end = archive.length - 22;
  if (archive.readUInt32LE(end) !== endOfDirectory) throw new Error('no zip archive, or one with a comment');
  const count = archive.readUInt16LE(end + 10);
  const paths: string[] = [];
  for (let at = archive.readUInt32LE(end + 16); paths.length < count; ) {
    if (archive.readUInt32LE(at) !== directoryEntry) throw new Error(`no entry of a zip directory at byte ${at}`);
    const [name, extra, comment] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
    paths.push(archive.toString('utf8', at + 46, at + 46 + Number(name)));
    at += 46 + Number(name) + Number(extra) + Number(comment);
  }
  return paths;
}
