-- Who looked somebody up before there was an application: found by the one whose data they are.
CREATE INDEX access_person ON access (person, id) WHERE person IS NOT NULL;
