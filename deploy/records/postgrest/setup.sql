-- Opencall's records in PostgreSQL, for PostgREST 12 and later. Roles and policies make it safe, not the app: docs/records.md.
-- Run as the database's owner. `anon` is PostgREST's db-anon-role, `staff` the role of whoever is signed in.

create role staff nologin;
grant staff to authenticator;
grant usage on schema public to anon, staff;

-- Who asks: the SHA-256 of the key that is derived from a private link. Neither key nor link is kept.
create function applicant() returns text language sql stable as $$
  select encode(sha256(convert_to(current_setting('request.headers', true)::json ->> 'x-opencall-key', 'UTF8')), 'hex')
$$;

create function stamp() returns trigger language plpgsql as $$
begin
  new.written_at := clock_timestamp();
  return new;
end $$;

create table programmes (
  id text primary key, document jsonb not null, version bigint not null default 1, written_at timestamptz not null default now());
create table applications (
  id text primary key check (length(id) between 15 and 64), programme text not null, answers jsonb not null, locale text, partner text,
  referrer text, campaign text, begun_at text, changed_by text, owner text not null default applicant(),
  version bigint not null, written_at timestamptz not null default now(), check (pg_column_size(answers) < 600000));
-- What was submitted and done goes with the draft, and not alone: or one could choose afterwards what counts.
create table submissions (
  id text primary key, application text not null references applications on delete cascade, programme text not null, draft_version bigint not null, canonical text not null,
  owner text not null default applicant(), version bigint not null, written_at timestamptz not null default now(),
  check (length(canonical) < 600000), check (starts_with(id, application || '-')));
create table acts (
  id text primary key, application text not null references applications on delete cascade, programme text not null, act text not null check (act in ('submitted', 'withdrawn')),
  draft_version bigint not null, digest text not null default '', owner text not null default applicant(),
  received_at timestamptz not null default clock_timestamp(), version bigint not null, written_at timestamptz not null default now(),
  check (starts_with(id, application || '-')));
create table decisions (
  id text primary key, status text, about text, moved_at text, version bigint not null, written_at timestamptz not null default now());
create table notes (
  id text primary key, notes jsonb, moves jsonb, version bigint not null, written_at timestamptz not null default now());

-- The time is the database's, whatever came with the request.
create trigger stamp before insert or update on programmes for each row execute function stamp();
create trigger stamp before insert or update on applications for each row execute function stamp();
create trigger stamp before insert or update on submissions for each row execute function stamp();
create trigger stamp before insert or update on acts for each row execute function stamp();
create trigger stamp before insert or update on decisions for each row execute function stamp();
create trigger stamp before insert or update on notes for each row execute function stamp();

-- When an act was received is what decides whether it was in time.
create function received() returns trigger language plpgsql as $$
begin
  new.received_at := clock_timestamp();
  return new;
end $$;
create trigger received before insert on acts for each row execute function received();

-- Some databases let everybody do everything with a new table, Supabase's older projects among them.
revoke all on programmes, applications, submissions, acts, decisions, notes from public, anon, staff;
do $$ begin
  if exists (select from pg_roles where rolname = 'authenticated') then
    revoke all on programmes, applications, submissions, acts, decisions, notes from authenticated;
  end if;
end $$;
-- Times travel in UTC.
alter role authenticator set timezone to 'UTC';

-- Columns that applicants write: neither owner nor any time is among them. Acts and submissions are made, and neither changed nor removed.
grant select on programmes to anon, staff;
grant select on applications, submissions, acts to anon;
grant delete on applications to anon;
grant insert (id, programme, answers, locale, partner, referrer, campaign, begun_at, version) on applications to anon;
grant update (answers, changed_by, version) on applications to anon;
grant insert (id, application, programme, draft_version, canonical, version) on submissions to anon;
grant insert (id, application, programme, act, draft_version, digest, version) on acts to anon;
-- What was decided; the notes, and who decided and why, are in a table of which applicants see nothing.
grant select on decisions to anon;
grant select on applications, submissions, acts, decisions, notes to staff;
grant insert, update on programmes, decisions, notes to staff;
grant delete on decisions, notes to staff;

alter table programmes enable row level security;
alter table applications enable row level security;
alter table submissions enable row level security;
alter table acts enable row level security;
alter table decisions enable row level security;
alter table notes enable row level security;

create policy everybody on programmes for select to anon, staff using (true);
create policy everything on programmes for all to staff using (true) with check (true);
create policy own on applications for all to anon using (owner = applicant()) with check (owner = applicant());
create policy own on submissions for all to anon using (owner = applicant())
  with check (owner = applicant() and exists (select from applications a where a.id = application and a.owner = applicant()));
create policy own on acts for all to anon using (owner = applicant())
  with check (owner = applicant() and exists (select from applications a where a.id = application and a.owner = applicant()));
create policy own on decisions for select to anon
  using (exists (select from applications a where a.id = decisions.id and a.owner = applicant()));
create policy everything on applications for select to staff using (true);
create policy everything on submissions for select to staff using (true);
create policy everything on acts for select to staff using (true);
create policy everything on decisions for all to staff using (true) with check (true);
create policy everything on notes for all to staff using (true) with check (true);
