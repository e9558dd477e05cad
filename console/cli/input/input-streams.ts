/** What a prompt reads from and writes to: never standard output, which belongs to the result. */
export interface InputStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: NodeJS.WriteStream;
}
