-- Takes up to `wanted` permits from the token bucket, but leaves `kept` in it; the answer says
-- how many there were. The row is locked until the caller commits, so this comes last.
create or replace function stripe_sync.take_pace(wanted integer, kept integer) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  per_second numeric;
  burst numeric;
  available numeric;
  granted integer;
begin
  if wanted <= 0 then return 0; end if;
  select pace_per_second into per_second from stripe_sync.settings;
  -- After a rest, one second sees the burst and a second's refill: together at most Stripe's 25
  -- (https://docs.stripe.com/rate-limits) at the default pace. Some burst is always needed, because
  -- the bucket is asked at intervals.
  burst := greatest(1, case
    when per_second <= 25 then least(per_second / 4, greatest(25 - per_second, 4))
    else per_second / 4
  end);
  select least(burst,
      tokens + per_second * extract(epoch from clock_timestamp() - refilled_at)::numeric)
    into available from stripe_sync.pace for update;
  -- A clock that was put back gives less than nothing.
  available := greatest(available, 0);
  -- A bucket of one permit has none to keep.
  granted := least(wanted, floor(available - least(kept, floor(burst) - 1)))::integer;
  granted := greatest(granted, 0);
  update stripe_sync.pace set tokens = available - granted, refilled_at = clock_timestamp();
  return granted;
end
$$;

-- Whole seconds until the bucket has a permit again, at least one.
create or replace function stripe_sync.pace_seconds() returns integer
language sql stable security definer set search_path = '' as $$
  select greatest(1, ceil(1 / pace_per_second))::integer from stripe_sync.settings;
$$;
