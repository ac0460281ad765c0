-- Creates Temporal's role and its two databases, as the owner of Tallyflow's: a superuser, or a role that may create both
-- (CREATEROLE and CREATEDB), such as the master user of Amazon RDS. Safe to repeat; sets the password each time.

-- One of the statements below contains the password, so no failed statement may get into the server's log. Only a superuser
-- can say so here; for anyone else this statement fails, and the settings of the server have to say it.
SET log_min_error_statement = panic;
\set ON_ERROR_STOP on
\getenv password TEMPORAL_DATABASE_PASSWORD

SELECT 'CREATE ROLE temporal LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'temporal') \gexec
ALTER ROLE temporal PASSWORD :'password';
-- Whoever is no superuser can only give a database to a role that it can become itself.
SELECT 'GRANT temporal TO CURRENT_USER' WHERE NOT pg_has_role('temporal', 'SET') \gexec
SELECT format('CREATE DATABASE %I OWNER temporal', name) FROM (VALUES ('temporal'), ('temporal_visibility')) AS wanted (name)
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name) \gexec
-- The owner of a database says who may use it.
SET ROLE temporal;
REVOKE ALL ON DATABASE temporal, temporal_visibility FROM PUBLIC;
