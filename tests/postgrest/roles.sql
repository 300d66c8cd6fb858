-- What a PostgREST brings along: the role it connects as, and the one of whoever is nobody.
create role authenticator noinherit login;
create role anon nologin;
grant anon to authenticator;
create role authenticated nologin;
-- As in projects where whoever asks may do everything with a new table unless somebody takes it away.
alter default privileges in schema public grant all on tables to anon, authenticated;
