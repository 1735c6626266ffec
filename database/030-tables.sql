-- One row for each organization: what is to be done for it in Stripe.
--
-- due       something is to be sent, at next_attempt_at
-- leased    a Worker is at it until lease_until; after that it counts as due
-- linked    Stripe has the organization's present data
-- parked    a customer may or may not exist: due again at next_attempt_at, to look in Stripe first
-- dead      Stripe refused the data, or the customer was deleted there (last_error.code =
--           customer_deleted): nothing happens until the data change or somebody requeues it; for
--           a deleted customer only the latter
-- orphaned  the organization is gone
create table if not exists stripe_sync.jobs (
  -- No reference: a deleted organization leaves its row for the audit.
  organization_id uuid primary key,
  -- Counts the changes that matter to Stripe; what Stripe has is synced_revision.
  revision integer not null default 1,
  synced_revision integer not null default 0,
  state text not null default 'due'
    check (state in ('due', 'leased', 'linked', 'parked', 'dead', 'orphaned')),
  attempts integer not null default 0,
  -- When to look at this row again; of a leased row the end of the lease.
  next_attempt_at timestamptz not null default clock_timestamp(),
  lease_token uuid,
  lease_until timestamptz,
  -- A create is repeated under one key and one body until it is certain that it did nothing;
  -- only then begins the next generation.
  generation integer not null default 1,
  idempotency_key text,
  request jsonb,
  request_revision integer,
  first_attempt_at timestamptz,
  last_attempt_at timestamptz,
  -- An earlier attempt may have made a customer, or something before the sync: look in Stripe
  -- before any create.
  must_reconcile boolean not null default false,
  -- A customer deleted in Stripe, which an operator asked to have made anew: only this id in the
  -- organization's row may be written over.
  replaced_customer_id text,
  -- Class, code and message; never personal data.
  last_error jsonb,
  last_source text check (last_source in ('webhook', 'cron', 'backfill')),
  created_at timestamptz not null default clock_timestamp(),
  linked_at timestamptz
);
alter table stripe_sync.jobs enable row level security;
-- Made by the trigger in the transaction of the organization: the webhook was to ring for it.
alter table stripe_sync.jobs add column if not exists announced boolean not null default false;
create index if not exists jobs_claimable on stripe_sync.jobs (next_attempt_at)
  where state in ('due', 'leased', 'parked');
-- Three questions of each minute, answered without a look at the jobs that are at rest: who waits
-- longest for a first customer, what is dead, who came lately. The last index costs next to
-- nothing to keep.
create index if not exists jobs_waiting on stripe_sync.jobs (created_at)
  where linked_at is null and state in ('due', 'leased', 'parked');
create index if not exists jobs_dead on stripe_sync.jobs (organization_id) where state = 'dead';
create index if not exists jobs_created on stripe_sync.jobs using brin (created_at);

-- Changes that are not yet in jobs.revision. A separate table, so that whoever changes an
-- organization only ever inserts here and never waits for a row that the Worker holds.
create table if not exists stripe_sync.changes (
  id bigint generated always as identity primary key,
  organization_id uuid not null
);
alter table stripe_sync.changes enable row level security;
create index if not exists changes_organization on stripe_sync.changes (organization_id);

-- Live customers that carry an organization's id but are not the one in its row.
create table if not exists stripe_sync.duplicates (
  organization_id uuid not null,
  customer_id text not null,
  seen_at timestamptz not null default clock_timestamp(),
  primary key (organization_id, customer_id)
);
alter table stripe_sync.duplicates enable row level security;

-- How far the search for organizations that no trigger told of has come; one row.
create table if not exists stripe_sync.sweeps (
  only_row boolean primary key default true check (only_row),
  -- The next organization to look at; null is the first. One search goes through those without a
  -- customer, the other through all.
  unlinked_from uuid,
  all_from uuid
);
alter table stripe_sync.sweeps enable row level security;
insert into stripe_sync.sweeps default values on conflict do nothing;

-- A token bucket that keeps all Workers together under Stripe's limit; one row.
create table if not exists stripe_sync.pace (
  only_row boolean primary key default true check (only_row),
  tokens numeric not null default 1,
  refilled_at timestamptz not null default clock_timestamp()
);
alter table stripe_sync.pace enable row level security;
insert into stripe_sync.pace default values on conflict do nothing;

-- When the Worker last asked for work, by what woke it.
create table if not exists stripe_sync.last_claims (
  source text primary key check (source in ('webhook', 'cron', 'backfill')),
  at timestamptz not null
);
alter table stripe_sync.last_claims enable row level security;

-- What the operator was told, one row for each cause; the pause between two alerts of a cause is
-- kept here because Workers all over the world share nothing else.
create table if not exists stripe_sync.alerts (
  cause text primary key check (cause in ('unlinked', 'dead_jobs', 'webhook_silent')),
  -- From here on silence counts, where nothing was ever heard.
  watched_since timestamptz not null default clock_timestamp(),
  told_at timestamptz,
  -- A Worker is telling it until then; after that somebody else may.
  claim uuid,
  claimed_until timestamptz
);
alter table stripe_sync.alerts enable row level security;
insert into stripe_sync.alerts (cause) values ('unlinked'), ('dead_jobs'), ('webhook_silent')
  on conflict (cause) do nothing;
