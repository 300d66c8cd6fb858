-- What the policies of deploy/records/postgrest/setup.sql let applicants and staff do, and what not: as PostgREST would ask the database.

create schema checks;

create function checks.must_fail(what text, statement text) returns void language plpgsql as $$
begin
  execute statement;
  raise exception 'was allowed: %', what using errcode = 'P0666';
exception
  when sqlstate 'P0666' then raise;
  when others then null;
end $$;

create function checks.count_is(what text, wanted bigint, statement text) returns void language plpgsql as $$
declare found bigint;
begin
  execute statement into found;
  if found is distinct from wanted then raise exception '%: % and not %', what, found, wanted; end if;
end $$;

create function checks.as_applicant(key text) returns void language plpgsql as $$
begin
  perform set_config('request.headers', json_build_object('x-opencall-key', key)::text, false);
  set role anon;
end $$;

grant usage on schema checks to anon, staff;
grant execute on all functions in schema checks to anon, staff;

-- She begins, submits, and reads it again.
select checks.as_applicant('hers');
insert into applications (id, programme, answers, locale, begun_at, version) values ('aaaaaaaaaaaaaaaa', 'p', '{"city": "Lyon"}', 'fr', 't', 1);
insert into submissions (id, application, programme, draft_version, canonical, version) values ('aaaaaaaaaaaaaaaa-1-0011223344556677', 'aaaaaaaaaaaaaaaa', 'p', 1, '{}', 1);
insert into acts (id, application, programme, act, draft_version, digest, version) values ('aaaaaaaaaaaaaaaa-1-0011223344556677', 'aaaaaaaaaaaaaaaa', 'p', 'submitted', 1, 'd', 1);
update applications set answers = '{"city": "Nice"}', version = 2 where id = 'aaaaaaaaaaaaaaaa' and version = 1;
select checks.count_is('her own', 1, 'select count(*) from applications where version = 2');
select checks.must_fail('an act at a time of her choosing', $$insert into acts (id, application, programme, act, draft_version, version, received_at) values ('aaaaaaaaaaaaaaaa-9', 'aaaaaaaaaaaaaaaa', 'p', 'submitted', 1, 1, '2020-01-01')$$);
select checks.must_fail('an act changed', $$update acts set digest = 'e'$$);
select checks.must_fail('a submission changed', $$update submissions set canonical = 'e'$$);
select checks.must_fail('a draft given to somebody', $$update applications set owner = 'x'$$);
select checks.must_fail('a time of her choosing', $$update applications set written_at = '2020-01-01'$$);
select checks.must_fail('a decision', $$insert into decisions (id, status, version) values ('aaaaaaaaaaaaaaaa', 'selected', 1)$$);
select checks.must_fail('a programme', $$update programmes set version = 9$$);
select checks.must_fail('notes read', $$select * from notes$$);
select checks.must_fail('a time of receiving changed', $$update acts set received_at = '2020-01-01'$$);
reset role;

-- He sees, changes and removes nothing of hers, nor does whoever has no key.
select checks.as_applicant('his');
insert into applications (id, programme, answers, version) values ('bbbbbbbbbbbbbbbb', 'p', '{}', 1);
select checks.count_is('his own', 1, 'select count(*) from applications');
select checks.count_is('her submissions', 0, 'select count(*) from submissions');
select checks.count_is('her acts', 0, 'select count(*) from acts');
update applications set answers = '{}' where id = 'aaaaaaaaaaaaaaaa';
delete from applications where id = 'aaaaaaaaaaaaaaaa';
select checks.must_fail('her acts removed', $$delete from acts$$);
select checks.must_fail('an act for her', $$insert into acts (id, application, programme, act, draft_version, version) values ('aaaaaaaaaaaaaaaa-2', 'aaaaaaaaaaaaaaaa', 'p', 'withdrawn', 1, 1)$$);
select checks.must_fail('an act under an id of hers', $$insert into acts (id, application, programme, act, draft_version, version) values ('aaaaaaaaaaaaaaaa-2', 'bbbbbbbbbbbbbbbb', 'p', 'submitted', 1, 1)$$);
select checks.must_fail('her id', $$insert into applications (id, programme, answers, version) values ('aaaaaaaaaaaaaaaa', 'p', '{}', 1)$$);
reset role;
select set_config('request.headers', '{}', false);
set role anon;
select checks.count_is('anybody''s', 0, 'select count(*) from applications');
select checks.must_fail('a draft of nobody''s', $$insert into applications (id, programme, answers, version) values ('cccccccccccccccc', 'p', '{}', 1)$$);
reset role;

-- Staff read everything and decide; they write no applications.
set role staff;
select checks.count_is('all', 2, 'select count(*) from applications');
select checks.count_is('her act is there', 1, 'select count(*) from acts where received_at > now() - interval ''1 hour''');
insert into decisions (id, status, about, moved_at, version) values ('aaaaaaaaaaaaaaaa', 'in_review', 'aaaaaaaaaaaaaaaa-1-0011223344556677', 't', 1);
insert into notes (id, notes, version) values ('aaaaaaaaaaaaaaaa', '[]', 1);
insert into programmes (id, document) values ('p', '{}');
update programmes set document = '{"a": 1}' where id = 'p';
select checks.count_is('programmes that staff write', 1, $$select count(*) from programmes where document ->> 'a' = '1'$$);
update decisions set status = 'shortlisted', version = 2 where id = 'aaaaaaaaaaaaaaaa' and version = 1;
select checks.must_fail('an application by staff', $$update applications set answers = '{}'$$);
select checks.must_fail('an act by staff', $$delete from acts$$);
insert into notes (id, notes, version) values ('dddddddddddddddd', '[]', 1);
delete from notes where id = 'dddddddddddddddd';
reset role;

-- She sees what was decided, and erases everything of hers.
select checks.as_applicant('hers');
select checks.count_is('what was decided', 1, $$select count(*) from (select * from decisions) d where status = 'shortlisted'$$);
select checks.count_is('the programme', 1, 'select count(*) from programmes');
select checks.must_fail('one act taken back', $$delete from acts$$);
select checks.must_fail('one submission taken back', $$delete from submissions$$);
delete from applications where id = 'aaaaaaaaaaaaaaaa';
select checks.count_is('nothing is left', 0, 'select (select count(*) from applications) + (select count(*) from submissions) + (select count(*) from acts)');
reset role;
select checks.count_is('his is', 1, 'select count(*) from applications');
