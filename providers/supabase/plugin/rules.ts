import { text } from "@stripe-customer-sync/provider-kit";

/** A project's reference, as in `https://supabase.com/dashboard/project/<ref>`. */
export const projectRefRule = text({
  pattern: /^[a-z]{20}$/,
  like: "a project's reference: 20 lowercase letters",
});

/** A name that PostgreSQL keeps whole (63 bytes) and that can stand in a resource's id. */
export const nameRule = text({
  pattern: /^[^/\0]+$/,
  like: 'a name without "/"',
  atMost: 63,
});
