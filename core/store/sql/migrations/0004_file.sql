-- Papers that people upload, sealed, in pieces: a row of one column with ten megabytes would have to
-- stand whole in the memory of everybody who touches it. A file lies in the division of the one who
-- sent it, which may be another than the application's. Named in an application it is used, for good;
-- what is not used after seven days is deleted. `used` stands in the file's own row so that the one
-- who names a file and the one who deletes it wait for each other.
CREATE TABLE file (
	id bigint NOT NULL,
	account bigint NOT NULL,
	stored_at timestamptz NOT NULL,
	division integer NOT NULL CHECK (division BETWEEN 110000 AND 999999),
	pieces integer NOT NULL,
	used boolean NOT NULL DEFAULT false,
	about bytea NOT NULL,
	PRIMARY KEY (division, id)
) PARTITION BY RANGE (id);
ALTER TABLE file ALTER about SET STORAGE EXTERNAL;
CREATE INDEX file_unused ON file (id) WHERE NOT used;
CREATE INDEX file_unused_of ON file (account, id) WHERE NOT used;

CREATE TABLE file_piece (
	file bigint NOT NULL,
	division integer NOT NULL CHECK (division BETWEEN 110000 AND 999999),
	number integer NOT NULL,
	bytes bytea NOT NULL,
	PRIMARY KEY (division, file, number)
) PARTITION BY RANGE (file);
ALTER TABLE file_piece ALTER bytes SET STORAGE EXTERNAL;

-- Which application names the file; its division stands beside it.
CREATE TABLE file_use (
	file bigint NOT NULL,
	application bigint NOT NULL,
	division integer NOT NULL CHECK (division BETWEEN 110000 AND 999999),
	home integer NOT NULL CHECK (home BETWEEN 110000 AND 999999),
	PRIMARY KEY (division, file, application)
) PARTITION BY RANGE (file);
