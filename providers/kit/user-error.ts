/**
 * Something that the user of the provider can put right: the engine shows the message and
 * nothing else. Every other error counts as a bug of the provider and is shown with its stack.
 */
export class UserError extends Error {
  override readonly name: string = "UserError";
}
