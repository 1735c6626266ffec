const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Makes ids and secrets of the lengths that Stripe uses. */
export interface Ids {
  customer(): string;
  event(): string;
  request(): string;
  webhookEndpoint(): string;
  webhookSecret(): string;
  /** Prefix of a customer's invoice numbers: 8 capital letters and digits. */
  invoicePrefix(): string;
}

export function createIds(random: () => number): Ids {
  const word = (length: number, alphabet = ALPHABET) => {
    let made = "";
    while (made.length < length) made += alphabet[Math.floor(random() * alphabet.length)];
    return made;
  };
  return {
    customer: () => `cus_${word(14)}`,
    event: () => `evt_1${word(23)}`,
    request: () => `req_${word(14)}`,
    webhookEndpoint: () => `we_1${word(23)}`,
    webhookSecret: () => `whsec_${word(32)}`,
    invoicePrefix: () => word(8, ALPHABET.slice(0, 36)),
  };
}
