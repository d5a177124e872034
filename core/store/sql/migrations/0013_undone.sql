-- What a department had only acknowledged is decided with its undo: so are those undone before that was so.
UPDATE operation o SET state = 2, next_at = NULL, decided_at = u.decided_at
FROM operation u JOIN progress p ON p.division = u.division AND p.id = u.application
WHERE u.undo AND u.state = 2 AND NOT o.undo AND o.state = 1 AND p.status = 3
	AND o.division = u.division AND o.application = u.application AND o.item = u.item AND o.round = u.round;
