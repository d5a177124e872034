-- Agents serve villages, and whom they act for lives in one of them.

-- A clerk's or supervisor's divisions are counties, as before; an agent's are places of twelve digits: villages,
-- or a town or county with zeros behind its own digits.
ALTER TABLE account ALTER divisions DROP DEFAULT, ALTER divisions TYPE bigint[] USING divisions::bigint[],
	ALTER divisions SET DEFAULT '{}';
UPDATE account SET divisions = ARRAY(SELECT d * 1000000 FROM unnest(divisions) d) WHERE role = 'agent';

-- Is the village one of these places, or of one of them?
CREATE FUNCTION yjs_serves(places bigint[], village bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT village = ANY (places) OR village - village % 1000 = ANY (places) OR village - village % 1000000 = ANY (places)
$$;

-- In force it is only as long as its agent serves the village: who changes his places ends what lies outside.
ALTER TABLE mandate
	ADD handle uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE, -- by which it is spoken of
	ADD village bigint NOT NULL DEFAULT 0,
	ADD basis smallint NOT NULL DEFAULT 0, -- the resident himself, his code, a paper that he signed, a predecessor
	ADD slip_division integer, ADD slip bigint, -- that paper
	ADD handed_to bigint REFERENCES account (id), -- who looks after what was filed under it
	ADD sealed bytea; -- whose it is, as the agent knows him
UPDATE mandate m SET basis = 2, village = (SELECT coalesce(a.divisions[1], 0) FROM account a WHERE a.id = m.agent);
ALTER TABLE mandate ALTER village DROP DEFAULT, ALTER basis DROP DEFAULT;
CREATE INDEX mandate_handed ON mandate (handed_to);

-- Who looks after what an agent filed for somebody: himself, or to whom he handed it; nobody without a mandate.
CREATE VIEW acting AS
	SELECT f.agent AS filed_by, f.person, m.agent, m.token, m.village
	FROM mandate f JOIN mandate m ON m.person = f.person AND m.agent = coalesce(f.handed_to, f.agent)
	JOIN token t ON t.id = m.token WHERE t.revoked_at IS NULL;

-- What there is to know of one, ended or not.
CREATE VIEW given AS
	SELECT m.token, m.agent, a.name, t.made_at, t.revoked_at, m.withdrawn_at IS NOT NULL AS withdrawn, m.handle, m.person,
		m.village, m.basis, m.slip_division, m.slip, m.sealed
	FROM mandate m JOIN token t ON t.id = m.token JOIN account a ON a.id = m.agent;

-- What a resident reads out to an agent: good once, for ten minutes, for few tries.
CREATE TABLE mandate_code (
	person uuid PRIMARY KEY,
	hash uuid NOT NULL,
	made_at timestamptz NOT NULL,
	tries smallint NOT NULL,
	used_at timestamptz
);

-- May the account have a draft for that person: its own (zeros), or under a mandate in force?
CREATE FUNCTION yjs_acts(account bigint, person uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT person = '00000000-0000-0000-0000-000000000000' OR EXISTS (SELECT FROM mandate m JOIN token t ON t.id = m.token
		WHERE m.agent = yjs_acts.account AND m.person = yjs_acts.person AND t.revoked_at IS NULL)
$$;
