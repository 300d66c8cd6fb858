-- What a PostgREST brings along: the role it connects as, and the one of whoever is nobody.
create role authenticator noinherit login;
create role anon nologin;
grant anon to authenticator;
