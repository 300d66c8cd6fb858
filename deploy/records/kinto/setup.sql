-- Kinto's database, made safe for Opencall: docs/records.md. To be run once, after `kinto migrate` and before `kinto start`:
-- psql DATABASE --file setup.sql

-- Kinto lets clients choose the time of a record, and goes on counting from it. A time in the future would be everybody's.
alter table objects add constraint opencall_no_future
  check (last_modified < (clock_timestamp() at time zone 'UTC') + interval '5 seconds');
alter table timestamps add constraint opencall_no_future
  check (last_modified < (clock_timestamp() at time zone 'UTC') + interval '5 seconds');
