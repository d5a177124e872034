-- An event that is handled once for a value (a child, a couple): who holds the value. Partitioned and
-- guarded as request_key is; a withdrawn application holds nothing any more.
CREATE TABLE once (
	application bigint NOT NULL,
	division integer NOT NULL CHECK (division BETWEEN 110000 AND 999999),
	value uuid NOT NULL,
	PRIMARY KEY (division, value, application)
) PARTITION BY RANGE (application);

-- Agents look through what agents have filed in their divisions.
CREATE INDEX application_filed ON application (division, id) WHERE filed_by IS NOT NULL;
