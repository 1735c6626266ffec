import { UserError } from "@stripe-customer-sync/provider-kit";

/** The rotation came as far as it can without the operator; the message says what is left. */
export class Unfinished extends UserError {
  override readonly name = "Unfinished";
}
