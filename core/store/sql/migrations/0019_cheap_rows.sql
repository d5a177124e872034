-- A CHECK is read from its text anew in every statement that writes: four parts in a hundred of all that the
-- database did. What the rows of an application share is checked once, in application; their other
-- columns are typed arrays that the program fills.
DO $$
DECLARE
	c record;
BEGIN
	FOR c IN SELECT conrelid::regclass AS name, conname FROM pg_constraint WHERE contype = 'c' AND conrelid IN
		('progress'::regclass, 'operation'::regclass, 'history'::regclass, 'request_key'::regclass)
	LOOP
		EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.name, c.conname);
	END LOOP;
END
$$;
