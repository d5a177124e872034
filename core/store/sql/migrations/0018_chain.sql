-- Who read whose data is chained: each row's hash, keyed, is made over the one before it of the same
-- writer, so that none can be edited, put in, taken out or exchanged unnoticed. Every writing connection
-- has a chain of its own; nobody waits for another's.
ALTER TABLE access ADD COLUMN chain integer, ADD COLUMN seq bigint, ADD COLUMN hash bytea;
CREATE INDEX access_chain ON access (chain, seq);

-- How far each chain is: moved with its rows, so a missing end is seen too, and a chain cannot fork. `mark` is
-- keyed, so no other end can be made up.
CREATE TABLE access_head (
	chain integer PRIMARY KEY,
	seq bigint NOT NULL,
	hash bytea NOT NULL CHECK (length(hash) = 32),
	mark bytea NOT NULL CHECK (length(mark) = 32)
) WITH (fillfactor = 50);

-- Nodes of the version before this one may serve for a while yet; their rows stand outside every chain.
INSERT INTO setting (name, value) SELECT 'access_chained', (clock_timestamp() +
	CASE WHEN EXISTS (SELECT FROM node) THEN interval '1 day' ELSE interval '0' END)::text;
