-- Who may act for whom. A resident's mandate for an agent is a token of the agent's that is good for that
-- person alone: what acts on it is checked in the transaction that acts, with the agent's own token and in
-- the same statement, and it ends like any token. Nobody has a secret of it.
CREATE TABLE mandate (
	token bigint PRIMARY KEY REFERENCES token (id) ON DELETE CASCADE,
	agent bigint NOT NULL REFERENCES account (id),
	person uuid NOT NULL,
	withdrawn_at timestamptz, -- by the resident: he alone gives it again
	UNIQUE (agent, person)
);
CREATE INDEX mandate_person ON mandate (person);

-- Whoever filed for somebody until now was taken at his word.
WITH filed AS (
	SELECT DISTINCT ON (filed_by, person) filed_by, person, id FROM application
	WHERE filed_by IS NOT NULL ORDER BY filed_by, person, id),
given AS (
	INSERT INTO token (id, hash, account)
	SELECT id, sha256(convert_to('mandate ' || gen_random_uuid(), 'UTF8')), filed_by FROM filed RETURNING id)
INSERT INTO mandate (token, agent, person)
SELECT f.id, f.filed_by, f.person FROM filed f JOIN given g ON g.id = f.id;
