/** What is different in every run of the same test, in words that are not: places, process numbers and times. */
export function spoken(text: string, folder: string): string {
  return text
    .replaceAll(folder, '<temporary>')
    .replace(/\b(\d+m \d\ds|\d+h \d\dm|\d+(\.\d)? s)(?= saved|\b)/g, '<time>')
    .replace(/process \d+/g, 'process <number>');
}
