-- How many permits the bucket holds at most. After a rest, one second sees the burst and a second's
-- refill: together at most Stripe's 25 (https://docs.stripe.com/rate-limits) at the default pace.
-- Some burst is always needed, because the bucket is asked at intervals.
create or replace function stripe_sync.pace_burst(per_second numeric) returns numeric
language sql immutable set search_path = '' as $$
  select greatest(1, case
    when per_second <= 25 then least(per_second / 4, greatest(25 - per_second, 4))
    else per_second / 4
  end);
$$;

-- Takes permits from the token bucket for jobs of these costs, in their order, and leaves `kept` in
-- it; the answer says for how many jobs there were enough. The row is locked until the caller
-- commits, so this comes last.
drop function if exists stripe_sync.take_pace(integer, integer);
create or replace function stripe_sync.take_pace(costs integer[], kept integer) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  per_second numeric;
  burst numeric;
  available numeric;
  -- What a bucket of this size can have and still keep.
  spendable integer;
  granted integer := 0;
begin
  if cardinality(costs) = 0 then return 0; end if;
  select pace_per_second into per_second from stripe_sync.settings;
  burst := stripe_sync.pace_burst(per_second);
  -- A bucket of one permit has none to keep.
  kept := least(kept, floor(burst) - 1);
  spendable := floor(burst) - kept;
  -- A clock that was put back refills nothing.
  select least(burst, tokens
      + per_second * greatest(0, extract(epoch from clock_timestamp() - refilled_at))::numeric)
    into available from stripe_sync.pace for update;
  -- A job that costs more than the bucket holds takes a full one, and the rest as a debt.
  while granted < cardinality(costs)
    and available - kept >= least(costs[granted + 1], spendable)
  loop
    granted := granted + 1;
    available := available - costs[granted];
  end loop;
  update stripe_sync.pace set tokens = available, refilled_at = clock_timestamp();
  return granted;
end
$$;

-- Whole seconds until the bucket has a permit again, at least one.
create or replace function stripe_sync.pace_seconds() returns integer
language sql stable security definer set search_path = '' as $$
  select greatest(1, ceil(1 / pace_per_second))::integer from stripe_sync.settings;
$$;

-- Milliseconds until a pull, which leaves one permit, gets two more, or what the bucket holds: with
-- one at a time it would ask twice as often, and a full bucket loses what comes while nobody asks.
create or replace function stripe_sync.pace_wait_ms() returns integer
language sql volatile security definer set search_path = '' as $$
  select ceil(1000 * greatest(1,
      least(3, floor(stripe_sync.pace_burst(pace_per_second))) - tokens
      - pace_per_second * greatest(0, extract(epoch from clock_timestamp() - refilled_at))::numeric
    ) / pace_per_second)::integer
  from stripe_sync.settings, stripe_sync.pace;
$$;
