/**
 * SQL that computes a secret's fingerprint where the secret is: the first 16 hexadecimal
 * characters of HMAC-SHA256(key, name NUL value), no row when there is no such secret. Only the
 * server's own `sha256` is used: the extension pgcrypto need not be there.
 *
 * @param name SQL for the secret's name, as text
 * @param key SQL for the key, as text
 * @see https://www.rfc-editor.org/rfc/rfc2104 for the two paddings of a block of 64 bytes
 */
export function fingerprintSql(name: string, key: string): string {
  return `
select left(encode(sha256(outer_block || sha256(inner_block || message)), 'hex'), 16) as fingerprint
from (
  select convert_to(s.name, 'UTF8') || decode('00', 'hex') || convert_to(s.decrypted_secret, 'UTF8') as message
  from vault.decrypted_secrets s where s.name = ${name}
) secret, (
  select
    string_agg(set_byte(decode('00', 'hex'), 0, get_byte(block, i) # 54), ''::bytea order by i) as inner_block,
    string_agg(set_byte(decode('00', 'hex'), 0, get_byte(block, i) # 92), ''::bytea order by i) as outer_block
  from (
    select substring(
      case when octet_length(convert_to(${key}, 'UTF8')) > 64 then sha256(convert_to(${key}, 'UTF8'))
        else convert_to(${key}, 'UTF8') end || decode(repeat('00', 64), 'hex') from 1 for 64) as block
  ) padded, generate_series(0, 63) i
) blocks`;
}
