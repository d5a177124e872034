-- Every statement that the service runs. Arrays carry the rows of a group: one statement a table.
-- Sequential scans, hash and merge joins are off in our sessions and plans are generic, so each of
-- these must have an index to go by; tests/store/test_plans.c reads every plan.

-- ===== intake: in this order, one transaction =====

-- name: lock_keys
-- Request keys of the group: two callers with one key wait for each other, whatever the month.
SELECT count(pg_advisory_xact_lock(k)) FROM unnest($1::int8[]) k;

-- name: lock_tokens
-- A token cannot be revoked between its check and our commit; see token_revoke.
SELECT count(pg_advisory_xact_lock_shared(1498172239, hashint8(t))) FROM unnest($1::int8[]) t;

-- name: token_check
-- All tokens of the group are in force, or the group is refused.
SELECT yjs_guard((SELECT count(*) FROM token WHERE id = ANY ($1::int8[]) AND revoked_at IS NULL),
	$2::int4, 'tokens in force');

-- name: request_key_put
-- None of the keys was ever used, in whatever month, or the group is refused.
WITH k AS (
	INSERT INTO request_key (division, account, key_hash, application, body_hash, answer)
	SELECT u.* FROM unnest($1::int4[], $2::int8[], $3::uuid[], $4::int8[], $5::bytea[], $6::bytea[])
		u (division, account, key_hash, application, body_hash, answer)
	WHERE NOT EXISTS (SELECT FROM request_key r WHERE r.division = u.division
		AND r.account = u.account AND r.key_hash = u.key_hash)
	RETURNING 1)
SELECT yjs_guard((SELECT count(*) FROM k), $7::int4, 'new request keys');

-- name: once_put
-- None of the values is held, or the group is refused: withdrawn applications ($4) hold nothing, nor
-- do those that have released theirs.
WITH k AS (
	INSERT INTO once (division, value, application)
	SELECT u.* FROM unnest($1::int4[], $2::uuid[], $3::int8[]) u (division, value, application)
	WHERE NOT EXISTS (SELECT FROM
		(SELECT o.application, o.released FROM once o WHERE o.division = u.division AND o.value = u.value
			OFFSET 0) h,
		LATERAL (SELECT p.status FROM progress p WHERE p.division = u.division AND p.id = h.application
			OFFSET 0) p
		WHERE p.status <> $4::int2 AND NOT h.released)
	RETURNING 1)
SELECT yjs_guard((SELECT count(*) FROM k), $5::int4, 'values not yet held');

-- name: file_use_put
-- Files that applications name: from here on they are used, so they stay; each must still be there.
WITH wanted AS (SELECT * FROM unnest($1::int4[], $2::int8[], $3::int4[], $4::int8[])
		u (division, file, home, application)),
	kept AS (UPDATE file f SET used = true
		FROM (SELECT DISTINCT division, file FROM wanted ORDER BY division, file) w
		WHERE f.division = w.division AND f.id = w.file RETURNING 1),
	linked AS (INSERT INTO file_use (division, file, home, application)
		SELECT division, file, home, application FROM wanted ON CONFLICT DO NOTHING)
SELECT yjs_guard((SELECT count(*) FROM kept), $5::int4, 'files still there');

-- name: application_put
-- What was filed.
INSERT INTO application (division, id, account, filed_by, submitted_at, person, number, event,
	version, plan, sealed)
SELECT * FROM unnest($1::int4[], $2::int8[], $3::int8[], $4::int8[], $5::timestamptz[], $6::uuid[],
	$7::text[], $8::text[], $9::bytea[], $10::text[], $11::bytea[]);

-- name: progress_put
-- Its progress, owned by the node that took it in.
INSERT INTO progress (division, id, status, history_count, history_hash, items, fence, node, open)
SELECT u.*, 1, $7::int4, true FROM unnest($1::int4[], $2::int8[], $3::int2[], $4::int4[],
	$5::bytea[], $6::bytea[]) u;

-- name: operation_put
-- Operations, about to be sent: after this commit, never before.
INSERT INTO operation (division, application, item, round, undo, endpoint, created_at, body,
	attempts, state)
SELECT u.*, 0, 0 FROM unnest($1::int4[], $2::int8[], $3::int2[], $4::int2[], $5::bool[], $6::int4[],
	$7::timestamptz[], $8::bytea[]) u;

-- name: history_put
-- History lines, with the chain's hash after them.
INSERT INTO history (division, application, seq, entries, hash)
SELECT * FROM unnest($1::int4[], $2::int8[], $3::int4[], $4::text[], $5::bytea[]);

-- name: counter_add
-- Statistics, summed in memory first; one row a figure and writer.
INSERT INTO counter (division, day, event, department, measure, value, writer)
SELECT u.*, $7::int4 FROM unnest($1::int4[], $2::int4[], $3::text[], $4::text[], $5::text[],
	$6::int8[]) u
ON CONFLICT (division, day, event, department, measure, writer)
DO UPDATE SET value = counter.value + excluded.value;

-- name: inbox_put
-- Departments' later answers.
INSERT INTO inbox (division, id, application, department, key, body, arrived_at)
SELECT * FROM unnest($1::int4[], $2::int8[], $3::int8[], $4::text[], $5::text[], $6::bytea[],
	$7::timestamptz[]);

-- name: inbox_notify
-- Wake the other nodes that own applications of these answers: one notice a node and group.
SELECT pg_notify('yjs_inbox', o.node::text)
FROM (SELECT DISTINCT p.node FROM unnest($1::int4[], $2::int8[]) u (division, application)
	JOIN progress p ON p.division = u.division AND p.id = u.application
	WHERE p.node <> $3::int4) o;

-- name: change_want
-- The owners of these applications are asked to tell node $3 of changes, where they are others.
SELECT pg_notify('yjs_inbox', 'want ' || p.node || ' ' || p.division || ' ' || p.id || ' ' || $3::int4)
FROM unnest($1::int4[], $2::int8[]) u (division, application)
JOIN progress p ON p.division = u.division AND p.id = u.application
WHERE p.node <> $3::int4;

-- name: change_tell
-- Applications of ours have changed: who asked is told.
SELECT pg_notify('yjs_change', u.node || ' ' || u.division || ' ' || u.application)
FROM unnest($1::int4[], $2::int8[], $3::int4[]) u (division, application, node);

-- name: tokens_in_force
-- Which of the tokens are: to tell the callers of a refused group.
SELECT id FROM token WHERE id = ANY ($1::int8[]) AND revoked_at IS NULL;

-- name: request_key_find
-- What stands under the keys: ordinal, application, hash of the body, stored answer.
SELECT u.n, r.application, r.body_hash, r.answer
FROM unnest($1::int4[], $2::int8[], $3::uuid[]) WITH ORDINALITY u (division, account, key_hash, n)
JOIN request_key r ON r.division = u.division AND r.account = u.account AND r.key_hash = u.key_hash;

-- name: once_find
-- Who holds the values: ordinal, application.
SELECT u.n, h.application
FROM unnest($1::int4[], $2::uuid[]) WITH ORDINALITY u (division, value, n),
	LATERAL (SELECT o.application, o.released FROM once o WHERE o.division = u.division AND o.value = u.value
		OFFSET 0) h,
	LATERAL (SELECT p.status FROM progress p WHERE p.division = u.division AND p.id = h.application
		OFFSET 0) p
WHERE p.status <> $3::int2 AND NOT h.released;

-- name: consent_put
-- Whose consent is asked; asked already: nothing new.
INSERT INTO consent (division, application, sign, person)
SELECT * FROM unnest($1::int4[], $2::int8[], $3::int2[], $4::uuid[])
ON CONFLICT DO NOTHING;

-- ===== what people ask for later: in this order, one transaction, after lock_keys .. token_check =====

-- name: petition_put
-- The key was used neither for filing nor for anything that is not yet decided or was done.
WITH k AS (
	INSERT INTO petition (division, id, application, account, asker, key_hash, body_hash, body)
	SELECT $1::int4, $2::int8, $3::int8, $4::int8, $5::int4, $6::uuid, $7::bytea, $8::bytea
	WHERE NOT EXISTS (SELECT FROM petition c WHERE c.account = $4::int8 AND c.key_hash = $6::uuid
			AND coalesce(c.status, 0) < 400)
		AND NOT EXISTS (SELECT FROM request_key r WHERE r.division = $9::int4 AND r.account = $4::int8
			AND r.key_hash = $6::uuid)
	RETURNING 1)
SELECT yjs_guard((SELECT count(*) FROM k), 1, 'new request keys');

-- name: petition_find
-- What stands under a key.
SELECT c.division, c.id, c.body_hash, coalesce(c.status, 0::int2), c.answer FROM petition c
WHERE c.account = $1::int8 AND c.key_hash = $2::uuid AND coalesce(c.status, 0) < 400;

-- name: petitions_owned
-- Petitions for applications of one node that are not decided. What was asked through this node is
-- handed over in memory: only if that was long ago it was lost.
SELECT c.division, c.id, c.application, c.account, c.body
FROM petition c, LATERAL (SELECT p.node FROM progress p
	WHERE p.division = c.division AND p.id = c.application OFFSET 0) o
WHERE c.status IS NULL AND o.node = $1::int4
	AND (c.asker <> $1::int4 OR c.made_at < now() - interval '1 second') ORDER BY c.id;

-- name: petition_answers
-- Those of the petitions that are decided: ordinal, status, answer.
SELECT u.n, c.status, c.answer FROM unnest($1::int4[], $2::int8[]) WITH ORDINALITY u (division, id, n)
JOIN petition c ON c.division = u.division AND c.id = u.id WHERE c.status IS NOT NULL;

-- ===== the engine's groups: in this order, one transaction =====

-- name: month_apart
-- Has a month ("_2026_11") tables of its own that we may write?
SELECT coalesce(has_any_column_privilege(to_regclass('progress' || $1), 'UPDATE')
	AND has_any_column_privilege(to_regclass('operation' || $1), 'UPDATE'), false);

-- name: progress_step
-- Move applications on; each must still be ours (fence), or the group is refused. {month}: store/month.h.
WITH moved AS (
	UPDATE progress{month} p SET status = u.status, open = u.open, items = u.items,
		history_count = u.history_count, history_hash = u.history_hash, finished_at = u.finished_at
	FROM unnest($1::int4[], $2::int8[], $3::int4[], $4::int2[], $5::bool[], $6::bytea[], $7::int4[],
		$8::bytea[], $9::timestamptz[])
		u (division, id, fence, status, open, items, history_count, history_hash, finished_at)
	WHERE p.division = u.division AND p.id = u.id AND p.fence = u.fence
	RETURNING 1)
SELECT yjs_guard((SELECT count(*) FROM moved), $10::int4, 'applications still owned');

-- name: operation_settle
-- What is now known of operations. An undo is decided once: what comes after that does not move it.
WITH settled AS (
	UPDATE operation{month} o SET state = u.state, attempts = u.attempts, next_at = u.next_at,
		acknowledged_at = coalesce(u.acknowledged_at, o.acknowledged_at),
		decided_at = CASE WHEN o.undo THEN coalesce(o.decided_at, u.decided_at) ELSE u.decided_at END,
		outcome = coalesce(u.outcome, o.outcome)
	FROM unnest($1::int4[], $2::int8[], $3::int2[], $4::int2[], $5::bool[], $6::int2[], $7::int4[],
		$8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::bytea[])
		u (division, application, item, round, undo, state, attempts, next_at, acknowledged_at,
		decided_at, outcome)
	WHERE o.division = u.division AND o.application = u.application AND o.item = u.item
		AND o.round = u.round AND o.undo = u.undo
	RETURNING 1)
SELECT yjs_guard((SELECT count(*) FROM settled), $12::int4, 'operations known');

-- name: inbox_applied
-- These answers have been taken into account.
UPDATE inbox i SET applied = true FROM unnest($1::int4[], $2::int8[]) u (division, id)
WHERE i.division = u.division AND i.id = u.id AND NOT i.applied;

-- name: revision_put
-- What people changed.
INSERT INTO revision (division, application, seq, account, at, sealed)
SELECT * FROM unnest($1::int4[], $2::int8[], $3::int4[], $4::int8[], $5::timestamptz[], $6::bytea[]);

-- name: petition_settle
-- Petitions are decided, each once; nodes ($5 is ours) that wait for one are woken.
WITH settled AS (
	UPDATE petition c SET status = u.status, answer = u.answer
	FROM unnest($1::int4[], $2::int8[], $3::int2[], $4::bytea[]) u (division, id, status, answer)
	WHERE c.division = u.division AND c.id = u.id AND coalesce(c.status, 0) = 0
	RETURNING c.asker)
SELECT yjs_guard((SELECT count(*) FROM settled), $6::int4, 'petitions not yet decided'),
	(SELECT count(pg_notify('yjs_inbox', a.asker::text))
	FROM (SELECT DISTINCT asker FROM settled WHERE asker <> $5::int4) a);

-- name: attention_put
-- A person must look.
INSERT INTO attention (division, application, item, department, since)
SELECT * FROM unnest($1::int4[], $2::int8[], $3::int2[], $4::text[], $5::timestamptz[])
ON CONFLICT (division, application, item) DO UPDATE SET since = excluded.since, settled_at = NULL;

-- name: attention_settle
-- It has settled by itself.
UPDATE attention a SET settled_at = u.at
FROM unnest($1::int4[], $2::int8[], $3::int2[], $4::timestamptz[]) u (division, application, item, at)
WHERE a.division = u.division AND a.application = u.application AND a.item = u.item;

-- name: overdue_put
-- A promise has passed unanswered.
INSERT INTO overdue (division, application, item, department, since)
SELECT * FROM unnest($1::int4[], $2::int8[], $3::int2[], $4::text[], $5::timestamptz[])
ON CONFLICT (division, application, item) DO UPDATE SET since = excluded.since, settled_at = NULL;

-- name: overdue_settle
-- Its department has answered at last, or need not any more.
UPDATE overdue o SET settled_at = u.at
FROM unnest($1::int4[], $2::int8[], $3::int2[], $4::timestamptz[]) u (division, application, item, at)
WHERE o.division = u.division AND o.application = u.application AND o.item = u.item;

-- name: desk_put
-- It lies before a desk's clerks (again).
INSERT INTO desk (division, application, item, undo, round, notice, department, due, arrived_at)
SELECT * FROM unnest($1::int4[], $2::int8[], $3::int2[], $4::bool[], $5::int2[], $6::bool[], $7::text[],
	$8::int4[], $9::timestamptz[])
ON CONFLICT (division, application, item, undo) DO UPDATE SET round = excluded.round,
	department = excluded.department, due = excluded.due, arrived_at = excluded.arrived_at, closed_at = NULL;

-- name: desk_close
-- They have no more to do with it.
UPDATE desk d SET closed_at = u.at
FROM unnest($1::int4[], $2::int8[], $3::int2[], $4::bool[], $5::timestamptz[])
	u (division, application, item, undo, at)
WHERE d.division = u.division AND d.application = u.application AND d.item = u.item AND d.undo = u.undo;

-- name: once_release
-- The values of these applications are free again.
UPDATE once o SET released = true FROM unnest($1::int4[], $2::int8[]) u (division, application)
WHERE o.division = u.division AND o.application = u.application AND NOT o.released;

-- name: fences
-- Which of the applications are still ours: ordinals.
SELECT u.n FROM unnest($1::int4[], $2::int8[], $3::int4[]) WITH ORDINALITY u (division, id, fence, n)
JOIN progress p ON p.division = u.division AND p.id = u.id AND p.fence = u.fence;

-- ===== nodes =====

-- name: nodes_lock
-- One node at a time begins or is buried.
SELECT pg_advisory_xact_lock(1498172238, 0);

-- name: node_terminate
-- End the connections of earlier lives of this node.
SELECT pg_terminate_backend(l.pid, 2000)
FROM node n JOIN pg_locks l ON l.objid::int8 = n.incarnation
WHERE n.name = $1::text AND n.ended_at IS NULL AND l.locktype = 'advisory'
	AND l.classid::int8 = 1498172238 AND l.objsubid = 2 AND l.granted
	AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
	AND l.pid <> pg_backend_pid();

-- name: node_end
-- Earlier lives of this node have ended.
UPDATE node SET ended_at = now() WHERE name = $1::text AND ended_at IS NULL;

-- name: node_begin
-- A new life, in the free slot that was used longest ago.
INSERT INTO node (incarnation, name, slot)
SELECT (SELECT coalesce(max(incarnation), 0) + 1 FROM node), $1::text, f.slot
FROM (SELECT s.slot FROM generate_series(0, 1023) s (slot) LEFT JOIN node n ON n.slot = s.slot
	GROUP BY s.slot HAVING count(*) FILTER (WHERE n.slot IS NOT NULL AND n.ended_at IS NULL) = 0
	ORDER BY max(n.incarnation) NULLS FIRST, s.slot LIMIT 1) f
RETURNING incarnation, slot;

-- name: node_hold
-- Show that this life goes on, until the session ends; refused (no row) once it was ended.
SELECT pg_advisory_lock_shared(1498172238, $1::int4) FROM node
WHERE incarnation = $1::int4 AND ended_at IS NULL;

-- name: session_end
-- An earlier connection in our place may still have a transaction under way that we have given up:
-- its server process ends, so that what it has not committed by now it never will. False: not yet.
SELECT coalesce(bool_and(pg_terminate_backend(l.pid, 2000)), true)
FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.classid::int8 = 1498172238 AND l.objid::int8 = $1::int4
	AND l.objsubid = 2 AND l.granted
	AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
	AND a.application_name = $2::text AND a.pid <> pg_backend_pid();

-- name: node_check
-- Has this life been ended by others?
SELECT FROM node WHERE incarnation = $1::int4 AND ended_at IS NULL;

-- name: node_lives
-- Does somebody live under this name?
SELECT FROM node WHERE name = $1::text AND ended_at IS NULL;

-- name: node_announce
-- Who lives alone beats rarely: it is woken, and beats from now on as one of several.
SELECT pg_notify('yjs_node', '');

-- name: node_beat
-- This life goes on; how many there are, how many began before it, whether another was there in the last
-- minute (one that is alone shows itself every ten seconds), and the time. No row: others have ended it. It need not outlive
-- a crash, so nobody waits for the disk.
UPDATE node SET seen_at = now(), silence = $2::int4 * interval '1 millisecond'
WHERE incarnation = $1::int4 AND ended_at IS NULL AND set_config('synchronous_commit', 'off', true) IS NOT NULL
RETURNING (SELECT count(*) FROM node o WHERE o.ended_at IS NULL),
	(SELECT count(*) FROM node o WHERE o.ended_at IS NULL AND o.incarnation < $1::int4),
	EXISTS (SELECT FROM node o WHERE o.incarnation <> $1::int4
		AND (o.ended_at IS NULL OR o.seen_at > now() - interval '70 seconds'))::int4, clock_timestamp();

-- name: nodes_seen
-- Note which lives hold no lock, or were silent for half the time that they may be (who lived alone until
-- the youngest began: since then), and forget it of those that are there again. Not of our own life: alone we
-- are silent on purpose. A time to come shows nothing, nor is it waited for: this clock was set back meanwhile.
UPDATE node n SET missing_since = CASE WHEN seen.alive THEN NULL ELSE now() END
FROM (SELECT o.incarnation, coalesce(o.seen_at BETWEEN now() - o.silence / 2 AND now() + o.silence / 2
		OR y.at BETWEEN now() - o.silence / 2 AND now() + o.silence / 2, true)
		AND EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory'
		AND l.classid::int8 = 1498172238 AND l.objid::int8 = o.incarnation AND l.objsubid = 2
		AND l.granted
		AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS alive
	FROM node o, (SELECT max(started_at) AS at FROM node WHERE ended_at IS NULL) y
	WHERE o.ended_at IS NULL AND o.incarnation <> $1::int4) seen
WHERE n.incarnation = seen.incarnation AND n.ended_at IS NULL
	AND (seen.alive = (n.missing_since IS NOT NULL) OR (NOT seen.alive AND n.missing_since > now()));

-- name: nodes_bury
-- A life that was missing for the other half (three seconds, if it never said) has ended, and its connections
-- with it: they may hold what others need now. After a restart of the database all nodes are given ten to
-- come back (unless it began in a time to come). How many.
WITH buried AS (
	UPDATE node SET ended_at = now()
	WHERE ended_at IS NULL AND missing_since < now() - coalesce(silence / 2, interval '3 seconds')
		AND NOT pg_postmaster_start_time() BETWEEN now() - interval '10 seconds' AND now()
	RETURNING incarnation)
SELECT count(DISTINCT b.incarnation)::int8, count(pg_terminate_backend(l.pid))
FROM buried b LEFT JOIN pg_locks l ON l.locktype = 'advisory' AND l.classid::int8 = 1498172238
	AND l.objid::int8 = b.incarnation AND l.objsubid = 2 AND l.granted
	AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database());

-- name: nodes_missing
-- Is some life missing and not yet buried?
SELECT count(*) FROM node WHERE ended_at IS NULL AND missing_since IS NOT NULL;

-- name: nodes_forget
-- Ended lives that left nothing behind.
DELETE FROM node n WHERE n.ended_at < now() - interval '1 hour'
	AND n.incarnation < (SELECT max(incarnation) FROM node)
	AND NOT EXISTS (SELECT FROM progress p WHERE p.node = n.incarnation AND p.open);

-- name: claim_find
-- Open applications of lives that have ended.
SELECT q.division, q.id, q.node
FROM node n, LATERAL (SELECT o.division, o.id, o.node FROM progress o
	WHERE o.node = n.incarnation AND o.open LIMIT $1::int4) q
WHERE n.ended_at IS NOT NULL LIMIT $1::int4;

-- name: claim_find_inbox
-- Finished ones of such lives, to which an answer or a petition has come since.
SELECT DISTINCT q.division, q.id, q.node
FROM (SELECT division, application FROM inbox WHERE NOT applied
	UNION ALL SELECT division, application FROM petition WHERE status IS NULL) i,
	LATERAL (SELECT o.division, o.id, o.node FROM progress o
		WHERE o.division = i.division AND o.id = i.application AND NOT o.open OFFSET 0) q
WHERE NOT EXISTS (SELECT FROM node n WHERE n.incarnation = q.node AND n.ended_at IS NULL)
LIMIT $1::int4;

-- name: claim_take
-- Take them; who is second takes none. (Found by a statement of its own: planned in one, an empty
-- partition may get a scan without a condition.)
UPDATE progress p SET node = $4::int4, fence = p.fence + 1
FROM unnest($1::int4[], $2::int8[], $3::int4[]) u (division, id, node)
WHERE p.division = u.division AND p.id = u.id AND p.node = u.node
RETURNING p.division, p.id;

-- name: owned
-- What is open of one node, by id, from there on: to be held against what it has in memory.
SELECT p.division, p.id FROM progress p
WHERE p.node = $1::int4 AND p.open AND p.id > $2::int8 ORDER BY p.id LIMIT $3::int4;

-- ===== reading applications =====

-- name: cases
-- Applications by division and id.
SELECT a.division, a.id, a.number, a.event, a.version, a.account, a.filed_by, a.submitted_at,
	p.finished_at, a.sealed, a.plan, p.items, p.status, p.open, p.fence, p.node, p.history_count,
	p.history_hash, a.person, (SELECT count(*) FROM revision r
		WHERE r.division = a.division AND r.application = a.id),
	w.token, w.agent
FROM unnest($1::int4[], $2::int8[]) WITH ORDINALITY u (division, id, n)
JOIN application a ON a.division = u.division AND a.id = u.id
JOIN progress p ON p.division = u.division AND p.id = u.id
LEFT JOIN acting w ON w.filed_by = a.filed_by AND w.person = a.person
ORDER BY u.n;

-- name: case_operations
-- Their operations, with or without what was sent: ordinal of the application first.
SELECT u.n, o.item, o.round, o.undo, o.state, e.department, e.call, e.url,
	CASE WHEN $3::bool THEN o.body END, o.outcome, o.attempts, o.created_at, o.next_at,
	o.acknowledged_at, o.decided_at
FROM unnest($1::int4[], $2::int8[]) WITH ORDINALITY u (division, id, n)
JOIN operation o ON o.division = u.division AND o.application = u.id
JOIN endpoint e ON e.id = o.endpoint
ORDER BY u.n, o.item, o.round, o.undo;

-- name: case_revisions
-- What people changed in them, in order: ordinal of the application first.
SELECT u.n, r.seq, r.account, r.at, r.sealed
FROM unnest($1::int4[], $2::int8[]) WITH ORDINALITY u (division, id, n)
JOIN revision r ON r.division = u.division AND r.application = u.id
ORDER BY u.n, r.seq;

-- name: consent_asked
-- Is he asked in this one?
SELECT FROM consent c WHERE c.division = $1::int4 AND c.application = $2::int8 AND c.person = $3::uuid LIMIT 1;

-- name: consents_open
-- The open applications that ask a person, newest first.
SELECT DISTINCT c.division, c.application FROM consent c
JOIN progress p ON p.division = c.division AND p.id = c.application
WHERE c.person = $1::uuid AND p.open ORDER BY c.application DESC LIMIT $2::int4;

-- name: number_find
-- The application that bears a number; ids say where to look.
SELECT division, id FROM application
WHERE hashtextextended(number, 0) = hashtextextended($1::text, 0) AND number = $1::text
	AND division = $2::int4 AND id >= $3::int8 AND id < $4::int8;

-- name: history
-- Lines of one application in order.
SELECT entries FROM history WHERE division = $1::int4 AND application = $2::int8 ORDER BY seq;

-- name: inbox_of
-- Answers to one application that have not been applied.
SELECT i.division, i.id, i.application, i.key, i.department, i.body, i.arrived_at FROM inbox i
WHERE i.division = $1::int4 AND i.application = $2::int8 AND NOT i.applied ORDER BY i.id;

-- name: inbox_owned
-- Answers to all applications of one node that have not been applied.
SELECT i.division, i.id, i.application, i.key, i.department, i.body, i.arrived_at
FROM inbox i, LATERAL (SELECT p.node FROM progress p
	WHERE p.division = i.division AND p.id = i.application OFFSET 0) o
WHERE NOT i.applied AND o.node = $1::int4 ORDER BY i.id;

-- ===== lists: newest first. The same everywhere: $2 ids below, $3 limit, $4 event, $5 status, =====
-- ===== $6 divisions, $7 only what agents filed. Where there may be millions of them, what lies in =====
-- ===== another table is asked of each by a subquery of one value: a join would read all that is   =====
-- ===== newer in the division beside it.                                                           =====

-- name: list_account
-- What a person has filed, or he for others, or others for him ($8: his blind index), or what is open
-- and asks his consent. (An agent's is list_agent.)
SELECT l.division, l.id FROM (
	(SELECT a.division, a.id FROM application a
	WHERE a.account = $1::int8 AND a.id < $2::int8 AND ($4::text IS NULL OR a.event = $4::text)
		AND ($6::int4[] IS NULL OR a.division = ANY ($6::int4[])) AND $7::int8 = 0 AND ($5::int4 < 0 OR $5::int4 =
			(SELECT p.status FROM progress p WHERE p.division = a.division AND p.id = a.id))
	ORDER BY a.id DESC LIMIT $3::int4)
	UNION
	(SELECT a.division, a.id FROM application a
	WHERE a.filed_by = $1::int8 AND a.id < $2::int8 AND ($4::text IS NULL OR a.event = $4::text)
		AND ($6::int4[] IS NULL OR a.division = ANY ($6::int4[])) AND $7::int8 = 0 AND ($5::int4 < 0 OR $5::int4 =
			(SELECT p.status FROM progress p WHERE p.division = a.division AND p.id = a.id))
	ORDER BY a.id DESC LIMIT $3::int4)
	UNION
	(SELECT a.division, a.id FROM application a
	WHERE a.person = $8::uuid AND a.id < $2::int8 AND ($4::text IS NULL OR a.event = $4::text)
		AND ($6::int4[] IS NULL OR a.division = ANY ($6::int4[])) AND $7::int8 = 0 AND ($5::int4 < 0 OR $5::int4 =
			(SELECT p.status FROM progress p WHERE p.division = a.division AND p.id = a.id))
	ORDER BY a.id DESC LIMIT $3::int4)
	UNION
	(SELECT a.division, a.id FROM consent c JOIN application a ON a.division = c.division AND a.id = c.application
	JOIN progress p ON p.division = a.division AND p.id = a.id
	WHERE c.person = $8::uuid AND c.application < $2::int8 AND p.open
		AND a.id < $2::int8 AND ($4::text IS NULL OR a.event = $4::text)
		AND ($5::int4 < 0 OR p.status = $5::int4) AND ($6::int4[] IS NULL OR a.division = ANY ($6::int4[]))
		AND $7::int8 = 0
	ORDER BY c.application DESC LIMIT $3::int4)) l
ORDER BY l.id DESC LIMIT $3::int4;

-- name: list_agent
-- What an agent ($1, $7) looks after: filed by him or handed to him, for residents of one place ($8; 0: any).
SELECT l.division, l.id FROM (SELECT DISTINCT w.filed_by FROM acting w WHERE w.agent = $1::int8) f, LATERAL (
	SELECT a.division, a.id FROM application a
	WHERE a.filed_by = f.filed_by AND a.id < $2::int8 AND ($4::text IS NULL OR a.event = $4::text)
		AND ($6::int4[] IS NULL OR a.division = ANY ($6::int4[])) AND ($5::int4 < 0 OR $5::int4 =
			(SELECT p.status FROM progress p WHERE p.division = a.division AND p.id = a.id))
		AND (SELECT true FROM acting w WHERE w.filed_by = a.filed_by AND w.person = a.person AND w.agent = $7::int8
			AND ($8::int8 = 0 OR yjs_serves(ARRAY[$8::int8], w.village)) LIMIT 1)
	ORDER BY a.id DESC LIMIT $3::int4) l
ORDER BY l.id DESC LIMIT $3::int4;

-- name: list_person
-- What concerns the person of a blind index, of that what a caller may see.
SELECT a.division, a.id FROM application a JOIN progress p ON p.division = a.division AND p.id = a.id
WHERE a.person = $1::uuid AND a.id < $2::int8 AND ($4::text IS NULL OR a.event = $4::text)
	AND ($5::int4 < 0 OR p.status = $5::int4) AND ($6::int4[] IS NULL OR a.division = ANY ($6::int4[]))
	AND ($7::int8 = 0 OR EXISTS (SELECT FROM acting w WHERE w.filed_by = a.filed_by AND w.person = a.person
		AND w.agent = $7::int8 AND ($11::int8 = 0 OR yjs_serves(ARRAY[$11::int8], w.village))))
	AND ($8::int8 IS NULL OR a.account = $8::int8 OR a.filed_by = $8::int8 OR a.person = $9::uuid)
	AND ($10::text IS NULL OR EXISTS (SELECT FROM operation o JOIN endpoint e ON e.id = o.endpoint
		WHERE o.division = a.division AND o.application = a.id AND o.item < 64
			AND e.department = $10::text))
ORDER BY a.id DESC LIMIT $3::int4;

-- name: list_divisions
-- All of some divisions ($1).
SELECT l.division, l.id FROM unnest($1::int4[]) d (division), LATERAL (
	SELECT a.division, a.id FROM application a
	WHERE a.division = d.division AND a.id < $2::int8 AND ($4::text IS NULL OR a.event = $4::text)
		AND ($6::int4[] IS NULL OR a.division = ANY ($6::int4[])) AND ($7::int8 = 0 OR a.filed_by = $7::int8)
		AND ($5::int4 < 0 OR $5::int4 =
			(SELECT p.status FROM progress p WHERE p.division = a.division AND p.id = a.id))
	ORDER BY a.id DESC LIMIT $3::int4) l
ORDER BY l.id DESC LIMIT $3::int4;

-- name: list_department
-- Those of some divisions ($1) in which a department ($8) has something to do.
SELECT DISTINCT l.division, l.id
FROM endpoint e, unnest($1::int4[]) d (division), LATERAL (
	SELECT DISTINCT o.division, o.application AS id FROM operation o
	WHERE o.endpoint = e.id AND o.division = d.division AND o.item < 64 AND o.application < $2::int8
		AND ($6::int4[] IS NULL OR o.division = ANY ($6::int4[]))
		AND ($4::text IS NULL AND $7::int8 = 0 OR
			(SELECT ($4::text IS NULL OR a.event = $4::text) AND ($7::int8 = 0 OR a.filed_by = $7::int8)
			FROM application a WHERE a.division = o.division AND a.id = o.application))
		AND ($5::int4 < 0 OR $5::int4 =
			(SELECT p.status FROM progress p WHERE p.division = o.division AND p.id = o.application))
	ORDER BY o.application DESC LIMIT $3::int4) l
WHERE e.department = $8::text
ORDER BY l.id DESC LIMIT $3::int4;

-- name: list_unfinished
-- Those of some divisions ($1) of a status ($5) that few have, any but finished, and in which a department ($8; null:
-- any) has something to do: an index of what is not finished leads to them past millions that are.
SELECT l.division, l.id FROM unnest($1::int4[]) d (division), LATERAL (
	SELECT p.division, p.id FROM progress p
	WHERE p.division = d.division AND p.status = $5::int4 AND p.status <> 2 AND p.id < $2::int8
		AND ($6::int4[] IS NULL OR p.division = ANY ($6::int4[]))
		AND ($4::text IS NULL AND $7::int8 = 0 OR
			(SELECT ($4::text IS NULL OR a.event = $4::text) AND ($7::int8 = 0 OR a.filed_by = $7::int8)
			FROM application a WHERE a.division = p.division AND a.id = p.id))
		AND ($8::text IS NULL OR (SELECT true FROM operation o JOIN endpoint e ON e.id = o.endpoint
			WHERE o.division = p.division AND o.application = p.id AND o.item < 64
				AND e.department = $8::text LIMIT 1))
	ORDER BY p.id DESC LIMIT $3::int4) l
ORDER BY l.id DESC LIMIT $3::int4;

-- name: list_event
-- Those of some divisions ($1) of one event ($4) in which a department ($8; null: any) has something to do. Said as a
-- range of the index and in its order: else the planner, where one event is most of all, looks through all.
SELECT l.division, l.id FROM unnest($1::int4[]) d (division), LATERAL (
	SELECT a.division, a.id FROM application a
	WHERE a.division = d.division AND (a.event, a.id) >= ($4::text, 0) AND (a.event, a.id) < ($4::text, $2::int8)
		AND ($6::int4[] IS NULL OR a.division = ANY ($6::int4[])) AND ($7::int8 = 0 OR a.filed_by = $7::int8)
		AND ($5::int4 < 0 OR $5::int4 =
			(SELECT p.status FROM progress p WHERE p.division = a.division AND p.id = a.id))
		AND ($8::text IS NULL OR (SELECT true FROM operation o JOIN endpoint e ON e.id = o.endpoint
			WHERE o.division = a.division AND o.application = a.id AND o.item < 64
				AND e.department = $8::text LIMIT 1))
	ORDER BY a.event DESC, a.id DESC LIMIT $3::int4) l
ORDER BY l.id DESC LIMIT $3::int4;

-- name: list_attention
-- Those of some divisions ($1) of which a clerk of the department ($8; null: anybody) must look at
-- something.
SELECT DISTINCT l.division, l.id FROM unnest($1::int4[]) d (division), LATERAL (
	SELECT t.division, t.application AS id FROM attention t
	JOIN application a ON a.division = t.division AND a.id = t.application
	JOIN progress p ON p.division = t.division AND p.id = t.application
	WHERE t.division = d.division AND t.settled_at IS NULL AND ($8::text IS NULL OR t.department = $8::text)
		AND t.application < $2::int8
		AND a.id < $2::int8 AND ($4::text IS NULL OR a.event = $4::text)
		AND ($5::int4 < 0 OR p.status = $5::int4) AND ($6::int4[] IS NULL OR a.division = ANY ($6::int4[]))
		AND ($7::int8 = 0 OR a.filed_by = $7::int8)
	ORDER BY t.application DESC LIMIT $3::int4) l
ORDER BY l.id DESC LIMIT $3::int4;

-- name: attention_count
-- How much waits for a person, by department.
SELECT department, count(*) FROM attention WHERE settled_at IS NULL GROUP BY department ORDER BY department;

-- name: divisions
-- All divisions in which something was filed, each found by one step in the index.
WITH RECURSIVE d (division) AS (
	(SELECT division FROM application ORDER BY division LIMIT 1)
	UNION ALL
	SELECT (SELECT a.division FROM application a WHERE a.division > d.division
		ORDER BY a.division LIMIT 1)
	FROM d WHERE d.division IS NOT NULL)
SELECT division FROM d WHERE division IS NOT NULL;

-- name: case_allowed
-- May the one application ($1) found by its number be shown under the same conditions?
SELECT FROM application a JOIN progress p ON p.division = a.division AND p.id = a.id
WHERE a.id = $1::int8 AND a.division = $12::int4 AND a.id < $2::int8 AND ($4::text IS NULL OR a.event = $4::text)
	AND ($5::int4 < 0 OR p.status = $5::int4) AND ($6::int4[] IS NULL OR a.division = ANY ($6::int4[]))
	AND ($7::int8 = 0 OR EXISTS (SELECT FROM acting w WHERE w.filed_by = a.filed_by AND w.person = a.person
		AND w.agent = $7::int8 AND ($11::int8 = 0 OR yjs_serves(ARRAY[$11::int8], w.village))))
	AND ($8::int8 IS NULL OR a.account = $8::int8 OR a.filed_by = $8::int8 OR a.person = $9::uuid)
	AND ($10::text IS NULL OR EXISTS (SELECT FROM operation o JOIN endpoint e ON e.id = o.endpoint
		WHERE o.division = a.division AND o.application = a.id AND o.item < 64
			AND e.department = $10::text))
	AND ($13::uuid IS NULL OR a.person = $13::uuid) LIMIT $3::int4;

-- ===== desks: what clerks work at =====

-- name: desk_queue
-- What lies before a department's ($2) clerks in some divisions ($1), after a place in the order of the
-- promises ($3 .. $6), at most $7.
SELECT q.division, q.application, q.item, q.undo, q.round, q.notice, q.due, q.arrived_at, a.number, a.event,
	a.version
FROM (SELECT t.* FROM unnest($1::int4[]) d (division), LATERAL (
		SELECT k.* FROM desk k WHERE k.division = d.division AND k.department = $2::text
			AND k.closed_at IS NULL
			AND (k.due, k.application, k.item, k.undo) > ($3::int4, $4::int8, $5::int2, $6::bool)
		ORDER BY k.due, k.application, k.item, k.undo LIMIT $7::int4) t
	ORDER BY t.due, t.application, t.item, t.undo LIMIT $7::int4) q,
	LATERAL (SELECT n.number, n.event, n.version FROM application n
		WHERE n.division = q.division AND n.id = q.application OFFSET 0) a
ORDER BY q.due, q.application, q.item, q.undo;

-- name: desk_lights
-- How many of these ($1, $2) end until a day ($3), until another ($4), later: each counted up to $5 in a division,
-- so that a flooded queue is told as quickly as a short one.
SELECT l.light, count(*) FROM unnest($1::int4[]) d (division),
	(VALUES (0, -2147483648, $3::int4), (1, $3::int4 + 1, $4::int4), (2, $4::int4 + 1, 2147483647))
		l (light, first, last),
	LATERAL (SELECT FROM desk k WHERE k.division = d.division AND k.department = $2::text
		AND k.closed_at IS NULL AND k.due >= l.first AND k.due <= l.last LIMIT $5::int4) t
GROUP BY l.light;

-- name: desk_of
-- What of an application's item lies there, and since when.
SELECT k.undo, k.round, k.notice, k.due, k.arrived_at FROM desk k
WHERE k.division = $1::int4 AND k.application = $2::int8 AND k.item = $3::int2 AND k.closed_at IS NULL
ORDER BY k.undo;

-- name: desk_note
-- A notice was read.
UPDATE desk SET closed_at = now()
WHERE division = $1::int4 AND application = $2::int8 AND item = $3::int2 AND notice AND closed_at IS NULL
RETURNING 1;

-- name: attention_queue
-- What a department's ($2) clerks must look at, oldest applications first, after a place ($3, $4).
SELECT q.division, q.application, q.item, q.since, a.number, a.event, a.version
FROM (SELECT t.* FROM unnest($1::int4[]) d (division), LATERAL (
		SELECT k.* FROM attention k WHERE k.division = d.division AND k.department = $2::text
			AND k.settled_at IS NULL AND (k.application, k.item) > ($3::int8, $4::int2)
		ORDER BY k.application, k.item LIMIT $5::int4) t
	ORDER BY t.application, t.item LIMIT $5::int4) q,
	LATERAL (SELECT n.number, n.event, n.version FROM application n
		WHERE n.division = q.division AND n.id = q.application OFFSET 0) a
ORDER BY q.application, q.item;

-- name: overdue_list
-- What is overdue in some divisions ($1), the longest first, after a place ($2 .. $4), at most $5.
SELECT q.division, q.application, q.item, q.since, a.number, a.event, a.version, q.department
FROM (SELECT t.* FROM unnest($1::int4[]) d (division), LATERAL (
		SELECT k.* FROM overdue k WHERE k.division = d.division AND k.settled_at IS NULL
			AND (k.since, k.application, k.item) > ($2::timestamptz, $3::int8, $4::int2)
		ORDER BY k.since, k.application, k.item LIMIT $5::int4) t
	ORDER BY t.since, t.application, t.item LIMIT $5::int4) q,
	LATERAL (SELECT n.number, n.event, n.version FROM application n
		WHERE n.division = q.division AND n.id = q.application OFFSET 0) a
ORDER BY q.since, q.application, q.item;

-- name: attention_of
-- Since when an item waits for a person, if it does.
SELECT since FROM attention WHERE division = $1::int4 AND application = $2::int8 AND item = $3::int2
	AND settled_at IS NULL;

-- name: inquiry_put
-- A question to another department.
INSERT INTO inquiry (division, id, application, item, from_department, to_department, asked_by, asked_at,
	due, question)
VALUES ($1::int4, $2::int8, $3::int8, $4::int2, $5::text, $6::text, $7::int8, $8::timestamptz, $9::int4,
	$10::bytea);

-- name: inquiry_answer
-- Answered by one clerk of the department that was asked, once, or the petition is refused.
WITH k AS (
	UPDATE inquiry SET answered_by = $3::int8, answered_at = $4::timestamptz, answer = $5::bytea
	WHERE division = $1::int4 AND id = $2::int8 AND answered_at IS NULL RETURNING 1)
SELECT yjs_guard((SELECT count(*) FROM k), 1, 'inquiries not yet answered');

-- name: inquiries_open
-- What a department ($2) is asked, after a place ($3, $4), at most $5.
SELECT q.division, q.id, q.application, q.item, q.from_department, q.to_department, q.asked_at, q.answered_at,
	q.due, q.question, q.answer, a.number
FROM (SELECT t.* FROM unnest($1::int4[]) d (division), LATERAL (
		SELECT k.* FROM inquiry k WHERE k.division = d.division AND k.to_department = $2::text
			AND k.answered_at IS NULL AND (k.due, k.id) > ($3::int4, $4::int8)
		ORDER BY k.due, k.id LIMIT $5::int4) t
	ORDER BY t.due, t.id LIMIT $5::int4) q,
	LATERAL (SELECT n.number FROM application n
		WHERE n.division = q.division AND n.id = q.application OFFSET 0) a
ORDER BY q.due, q.id;

-- name: inquiries_of
-- All of an application's.
SELECT k.division, k.id, k.application, k.item, k.from_department, k.to_department, k.asked_at, k.answered_at,
	k.due, k.question, k.answer, a.number
FROM inquiry k, LATERAL (SELECT n.number FROM application n
		WHERE n.division = k.division AND n.id = k.application OFFSET 0) a
WHERE k.division = $1::int4 AND k.application = $2::int8 ORDER BY k.id;

-- name: inquiry_get
-- One of them.
SELECT k.division, k.id, k.application, k.item, k.from_department, k.to_department, k.asked_at, k.answered_at,
	k.due, k.question, k.answer, a.number
FROM inquiry k, LATERAL (SELECT n.number FROM application n
		WHERE n.division = k.division AND n.id = k.application OFFSET 0) a
WHERE k.division = $1::int4 AND k.id = $2::int8;

-- name: conference_put
-- A conference is called.
INSERT INTO conference (division, id, application, called_by, called_at, held_on, department, question)
VALUES ($1::int4, $2::int8, $3::int8, $4::int8, $5::timestamptz, $6::int4, $7::text, $8::bytea);

-- name: conference_invite
-- Who is invited.
INSERT INTO conference_guest (conference, division, department)
SELECT $1::int8, $2::int4, u.department FROM unnest($3::text[]) u (department);

-- name: conference_decide
-- What came of it, once, or the petition is refused.
WITH k AS (
	UPDATE conference SET decided_by = $3::int8, decided_at = $4::timestamptz, minutes = $5::bytea
	WHERE division = $1::int4 AND id = $2::int8 AND decided_at IS NULL RETURNING 1)
SELECT yjs_guard((SELECT count(*) FROM k), 1, 'conferences not yet decided');

-- name: conferences_of
-- Those that a department ($2) is invited to, newest first, ids below $3.
SELECT c.division, c.id, c.application, c.called_at, c.decided_at, c.held_on, c.department, c.question,
	c.minutes, a.number, array_to_string(ARRAY(SELECT g.department
		FROM conference_guest g WHERE g.division = c.division AND g.conference = c.id ORDER BY g.department), ' ')
FROM (SELECT t.* FROM unnest($1::int4[]) d (division), LATERAL (
		SELECT g.division, g.conference FROM conference_guest g WHERE g.division = d.division
			AND g.department = $2::text AND g.conference < $3::int8
		ORDER BY g.conference DESC LIMIT $4::int4) t
	ORDER BY t.conference DESC LIMIT $4::int4) q,
	LATERAL (SELECT * FROM conference k
		WHERE k.division = q.division AND k.id = q.conference OFFSET 0) c,
	LATERAL (SELECT n.number FROM application n
		WHERE n.division = c.division AND n.id = c.application OFFSET 0) a
ORDER BY c.id DESC;

-- name: conferences_in
-- All that were called about cases of some divisions ($1), newest first, ids below $2, at most $3: without their words.
SELECT c.division, c.id, c.application, c.called_at, c.decided_at, c.held_on, c.department, NULL::bytea, NULL::bytea,
	a.number, array_to_string(ARRAY(SELECT g.department
		FROM conference_guest g WHERE g.division = c.division AND g.conference = c.id ORDER BY g.department), ' ')
FROM (SELECT t.* FROM unnest($1::int4[]) d (division), LATERAL (
		SELECT k.* FROM conference k WHERE k.division = d.division AND k.id < $2::int8
		ORDER BY k.id DESC LIMIT $3::int4) t
	ORDER BY t.id DESC LIMIT $3::int4) c,
	LATERAL (SELECT n.number FROM application n
		WHERE n.division = c.division AND n.id = c.application OFFSET 0) a
ORDER BY c.id DESC;

-- name: conference_get
-- One of them, if the department is invited.
SELECT c.division, c.id, c.application, c.called_at, c.decided_at, c.held_on, c.department, c.question,
	c.minutes, a.number, array_to_string(ARRAY(SELECT g.department
		FROM conference_guest g WHERE g.division = c.division AND g.conference = c.id ORDER BY g.department), ' ')
FROM conference_guest q,
	LATERAL (SELECT * FROM conference k
		WHERE k.division = q.division AND k.id = q.conference OFFSET 0) c,
	LATERAL (SELECT n.number FROM application n
		WHERE n.division = c.division AND n.id = c.application OFFSET 0) a
WHERE q.division = $1::int4 AND q.department = $2::text AND q.conference = $3::int8;

-- ===== files =====

-- name: file_put
-- A file, its pieces after it in the same transaction.
INSERT INTO file (division, id, account, stored_at, pieces, about)
VALUES ($1::int4, $2::int8, $3::int8, $4::timestamptz, $5::int4, $6::bytea);

-- name: file_piece_put
-- One of them.
INSERT INTO file_piece (division, file, number, bytes)
VALUES ($1::int4, $2::int8, $3::int4, $4::bytea);

-- name: files
-- Those that exist of some files.
SELECT f.division, f.id, f.account, f.stored_at, f.pieces, f.used OR EXISTS (SELECT FROM draft_file d
	WHERE d.division = f.division AND d.file = f.id), f.about
FROM unnest($1::int4[], $2::int8[]) u (division, id)
JOIN file f ON f.division = u.division AND f.id = u.id;

-- name: file_piece
-- One piece of a file.
SELECT bytes FROM file_piece WHERE division = $1::int4 AND file = $2::int8 AND number = $3::int4;

-- name: file_uses
-- The applications that name a file.
SELECT home, application FROM file_use WHERE division = $1::int4 AND file = $2::int8 ORDER BY application;

-- name: files_unused
-- How many an account has sent that no application names.
SELECT count(*) FROM file WHERE account = $1::int8 AND NOT used;

-- name: files_old
-- Files that nobody named in time.
SELECT f.division, f.id FROM file f WHERE NOT f.used AND f.id < $1::int8
	AND NOT EXISTS (SELECT FROM draft_file d WHERE d.division = f.division AND d.file = f.id)
ORDER BY f.id LIMIT $2::int4;

-- name: files_delete
-- Delete them. Who names one meanwhile holds its row: then it stays. (Written so that the index of
-- unused files does not seem a way: it would be read whole.) A draft no longer takes in what is as old.
DELETE FROM file f USING unnest($1::int4[], $2::int8[]) u (division, id)
WHERE f.division = u.division AND f.id = u.id AND f.used::int4 = 0
RETURNING f.division, f.id;

-- name: file_pieces_delete
-- And their pieces.
DELETE FROM file_piece p USING unnest($1::int4[], $2::int8[]) u (division, id)
WHERE p.division = u.division AND p.file = u.id;

-- ===== papers on their way =====

-- name: upload_begin
-- One of this mark, begun before or now; none when there are too many of the account ($7).
INSERT INTO upload (division, id, account, begun_at, size, mark)
SELECT $1::int4, $2::int8, $3::int8, $4::timestamptz, $5::int4, $6::uuid
WHERE (SELECT count(*) FROM upload WHERE account = $3::int8 AND mark <> $6::uuid) < $7::int4
ON CONFLICT (account, mark) DO UPDATE SET mark = excluded.mark
RETURNING division, id, size, had;

-- name: upload
-- How much of one has come.
SELECT division, id, size, had FROM upload WHERE division = $1::int4 AND id = $2::int8 AND account = $3::int8;

-- name: upload_add
-- The next piece has come: only at its end ($4), once.
UPDATE upload SET had = $5::int4
WHERE division = $1::int4 AND id = $2::int8 AND account = $3::int8 AND had = $4::int4
RETURNING 1;

-- name: upload_end
-- It is whole: a file now, or none at all.
DELETE FROM upload WHERE division = $1::int4 AND id = $2::int8 AND account = $3::int8
RETURNING division, id;

-- name: uploads_old
-- Those that nobody went on with.
DELETE FROM upload u USING (SELECT division, id FROM upload WHERE begun_at < $1::timestamptz
	ORDER BY begun_at LIMIT $2::int4 FOR UPDATE SKIP LOCKED) o
WHERE u.division = o.division AND u.id = o.id
RETURNING u.division, u.id;

-- ===== drafts =====

-- name: draft_new
-- A draft where there is none yet.
INSERT INTO draft (id, account, event, person, key_hash, changed_at, revision, sealed)
VALUES ($1::int8, $2::int8, $3::text, $4::uuid, $5::uuid, $6::timestamptz, 1, $7::bytea)
ON CONFLICT (account, event, person) DO NOTHING
RETURNING 1;

-- name: draft_change
-- The next revision ($4) of it, if nobody else made that.
UPDATE draft SET changed_at = $2::timestamptz, sealed = $3::bytea, revision = $4::int4
WHERE id = $1::int8 AND revision = $4::int4 - 1
RETURNING 1;

-- name: draft_files
-- The papers that it names now, of its writer's own; no longer those that it named. What nobody has named
-- for too long ($5) is left to the sweeper.
WITH wanted AS (SELECT * FROM unnest($2::int4[], $3::int8[]) u (division, id)),
	dropped AS (DELETE FROM draft_file d WHERE d.draft = $1::int8 AND NOT EXISTS (SELECT FROM wanted w
		WHERE w.division = d.division AND w.id = d.file))
INSERT INTO draft_file (draft, division, file)
SELECT DISTINCT $1::int8, f.division, f.id FROM wanted w
JOIN file f ON f.division = w.division AND f.id = w.id
WHERE f.account = $4::int8 AND f.stored_at >= $5::timestamptz
ON CONFLICT DO NOTHING;

-- name: draft_find
-- The one of an account, an event and a person, or of that key: both are keyed hashes, each of its own kind. One for
-- somebody who has taken back his mandate is seen no more.
SELECT id, account, changed_at, revision, event, person, sealed FROM draft d
WHERE account = $1::int8 AND event = $2::text AND $3::uuid IN (person, key_hash) AND yjs_acts(d.account, d.person);

-- name: drafts_of
-- An account's, the last changed first.
SELECT id, account, changed_at, revision, event, person, sealed FROM draft d
WHERE account = $1::int8 AND yjs_acts(d.account, d.person) ORDER BY changed_at DESC LIMIT $2::int4;

-- name: drafts_begun
-- Those that agents have begun for a person, the last changed first.
SELECT d.id, d.account, d.changed_at, d.revision, d.event, d.person, d.sealed, a.name FROM draft d
JOIN account a ON a.id = d.account
WHERE d.person = $1::uuid AND d.person <> '00000000-0000-0000-0000-000000000000'
ORDER BY d.changed_at DESC LIMIT $2::int4;

-- name: draft_begun
-- One of these, by its key.
SELECT id, account, changed_at, revision, event, person, sealed FROM draft
WHERE person = $1::uuid AND event = $2::text AND key_hash = $3::uuid
	AND person <> '00000000-0000-0000-0000-000000000000';

-- name: draft_take
-- It is his ($2) for whom ($6) it was begun, as the next revision ($5), if he has none of that event himself.
UPDATE draft d SET account = $2::int8, person = '00000000-0000-0000-0000-000000000000', changed_at = $3::timestamptz,
	sealed = $4::bytea, revision = $5::int4
WHERE d.id = $1::int8 AND d.revision = $5::int4 - 1 AND d.person = $6::uuid AND NOT EXISTS (SELECT FROM draft own
	WHERE own.account = $2::int8 AND own.event = d.event AND own.person = '00000000-0000-0000-0000-000000000000')
RETURNING 1;

-- name: drafts_inherit
-- What those have begun for a person ($2) who acted for him in the village ($3) until now goes to who does from now
-- on ($1): of several of one event the last changed, and none where he has begun it himself. Who was sent away by the
-- person hands nothing on.
UPDATE draft d SET account = $1::int8 FROM (SELECT DISTINCT ON (o.event) o.id FROM draft o
	JOIN mandate m ON m.agent = o.account AND m.person = o.person JOIN token t ON t.id = m.token
	WHERE o.person = $2::uuid AND o.account <> $1::int8 AND m.withdrawn_at IS NULL AND t.revoked_at IS NOT NULL
	AND (yjs_serves(ARRAY[m.village], $3::int8) OR yjs_serves(ARRAY[$3::int8], m.village))
	AND NOT EXISTS (SELECT FROM draft own WHERE own.account = $1::int8 AND own.event = o.event AND own.person = o.person)
	ORDER BY o.event, o.changed_at DESC) l
WHERE d.id = l.id;

-- name: draft_of_file
-- A draft that names a file: one of the account's ($3) that it may see before another's.
SELECT d.account = $3::int8 AND yjs_acts(d.account, d.person), d.person FROM draft_file f JOIN draft d ON d.id = f.draft
WHERE f.division = $1::int4 AND f.file = $2::int8 ORDER BY 1 DESC LIMIT 1;

-- name: draft_delete
-- Whoever wrote it wants it no more.
DELETE FROM draft WHERE account = $1::int8 AND event = $2::text AND $3::uuid IN (person, key_hash) RETURNING 1;

-- name: draft_filed
-- What was filed is no draft any more: by its writer, under the key that was made with it.
DELETE FROM draft d USING unnest($1::int8[], $2::uuid[]) u (account, key_hash)
WHERE d.account = u.account AND d.key_hash = u.key_hash;

-- name: drafts_sweep
-- Those that nobody has changed for too long, some at a time.
DELETE FROM draft WHERE id IN (SELECT id FROM draft WHERE changed_at < $1::timestamptz
	ORDER BY changed_at LIMIT $2::int4)
RETURNING 1;

-- ===== people =====

-- name: account_put
-- Make or change an account by its name; the id of an existing one stays.
INSERT INTO account (id, name, role, department, divisions, person, sealed, demo)
VALUES ($1::int8, $2::text, $3::text, $4::text, $5::int8[], $6::uuid, $7::bytea, $8::bool)
ON CONFLICT (name) DO UPDATE SET role = excluded.role, department = excluded.department,
	divisions = excluded.divisions, person = excluded.person, sealed = excluded.sealed,
	demo = excluded.demo
RETURNING id;

-- name: account_by_name
-- An account.
SELECT id, 0::int8, name, role, department, divisions, sealed, demo FROM account WHERE name = $1::text;

-- name: account_by_token
-- Whose token it is, if it is in force.
SELECT a.id, t.id, a.name, a.role, a.department, a.divisions, a.sealed, t.demo OR a.demo
FROM token t JOIN account a ON a.id = t.account WHERE t.hash = $1::bytea AND t.revoked_at IS NULL;

-- name: account_by_person
-- The account of a person's blind index.
SELECT id, 0::int8, name, role, department, divisions, sealed, demo FROM account
WHERE person = $1::uuid ORDER BY (role = 'citizen') DESC, id LIMIT 1;

-- name: token_put
-- A token, as its hash.
INSERT INTO token (id, hash, account, demo) VALUES ($1::int8, $2::bytea, $3::int8, $4::bool);

-- name: token_lock
-- Wait for the transactions that have checked these tokens; new ones wait for us.
SELECT count(pg_advisory_xact_lock(1498172239, hashint8(t.id)))
FROM (SELECT id FROM token WHERE account = $1::int8 AND revoked_at IS NULL ORDER BY id) t;

-- name: token_revoke
-- From this commit on nothing is done in their name. What residents gave an agent they take back themselves.
UPDATE token t SET revoked_at = now() WHERE t.account = $1::int8 AND t.revoked_at IS NULL
	AND NOT EXISTS (SELECT FROM mandate m WHERE m.token = t.id);

-- name: token_revoke_changed
-- What a token was given for holds no longer when its account becomes another role, department or place; an
-- agent's mandates hold where he still works.
UPDATE token t SET revoked_at = now() FROM account a WHERE t.account = $1::int8 AND t.revoked_at IS NULL
	AND a.id = $1::int8 AND CASE WHEN EXISTS (SELECT FROM mandate m WHERE m.token = t.id)
	THEN $2::text <> 'agent' OR NOT EXISTS (SELECT FROM mandate m WHERE m.token = t.id
		AND yjs_serves($4::int8[], m.village))
	ELSE (a.role, a.department, a.divisions) IS DISTINCT FROM ($2::text, $3::text, $4::int8[]) END;

-- name: mandate_lock
-- Two requests of one agent for one person.
SELECT pg_advisory_xact_lock(1498172242, hashint8($1::int8) # uuid_hash($2::uuid));

-- name: mandate_find
-- What an agent has of a person.
SELECT g.* FROM given g WHERE g.agent = $1::int8 AND g.person = $2::uuid;

-- name: mandate_by_handle
-- One of those that somebody gave or has.
SELECT g.* FROM given g WHERE g.handle = $1::uuid AND (g.agent = $2::int8 OR g.person = $3::uuid);

-- name: mandates_of
-- A person's, the latest first.
SELECT g.* FROM given g WHERE g.person = $1::uuid ORDER BY g.made_at DESC, g.token DESC LIMIT $2::int4;

-- name: mandates_held
-- Those of an agent that are in force, of one place ($2; 0: any) and older than one ($3), the latest first.
SELECT g.* FROM given g
WHERE g.agent = $1::int8 AND g.revoked_at IS NULL AND ($2::int8 = 0 OR yjs_serves(ARRAY[$2::int8], g.village))
	AND g.token < $3::int8
ORDER BY g.token DESC LIMIT $4::int4;

-- name: mandate_put
-- A new one, in place of one that ended.
INSERT INTO mandate (token, agent, person, village, basis, slip_division, slip, sealed)
VALUES ($3::int8, $1::int8, $2::uuid, $4::int8, $5::int2, $6::int4, $7::int8, $8::bytea)
ON CONFLICT (agent, person) DO UPDATE SET token = excluded.token, withdrawn_at = NULL, handed_to = NULL,
	village = excluded.village, basis = excluded.basis, slip_division = excluded.slip_division, slip = excluded.slip,
	sealed = excluded.sealed;

-- name: mandate_slip
-- The paper that it rests on is the agent's ($3), and of no other; it stays from here on.
UPDATE file SET used = true WHERE division = $1::int4 AND id = $2::int8 AND account = $3::int8 AND NOT used RETURNING 1;

-- name: mandate_end
-- It ends; taken back by the person himself ($2), who alone gives it again, or not.
WITH m AS (UPDATE mandate SET withdrawn_at = CASE WHEN $2::bool THEN now() END WHERE token = $1::int8
	AND withdrawn_at IS NULL AND ($2::bool OR EXISTS (SELECT FROM token t WHERE t.id = $1::int8
	AND t.revoked_at IS NULL)) RETURNING token)
UPDATE token SET revoked_at = coalesce(revoked_at, now()) WHERE id = (SELECT token FROM m) RETURNING 1;

-- name: mandate_hand
-- What somebody ($1) looked after for a person ($2) another one does from now on.
UPDATE mandate SET handed_to = $3::int8 WHERE person = $2::uuid AND agent <> $3::int8
	AND (agent = $1::int8 OR handed_to = $1::int8);

-- name: mandate_code_put
-- A new code, in place of the one before.
INSERT INTO mandate_code (person, hash, made_at, tries) VALUES ($1::uuid, $2::uuid, now(), 0)
ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, made_at = excluded.made_at, tries = 0, used_at = NULL;

-- name: mandate_code_use
-- It counts once.
UPDATE mandate_code SET used_at = now() WHERE person = $1::uuid AND hash = $2::uuid AND used_at IS NULL AND tries < 5
	AND made_at > now() - interval '10 minutes' RETURNING 1;

-- name: mandate_code_missed
-- Somebody has guessed.
UPDATE mandate_code SET tries = tries + 1 WHERE person = $1::uuid AND tries < 5;

-- ===== coming in =====

-- name: credentials
-- What a login is held against.
SELECT a.id, 0::int8, a.name, a.role, a.department, a.divisions, a.sealed, a.demo OR p.demo, p.hash,
	t.sealed, t.last_step
FROM account a LEFT JOIN password p ON p.account = a.id LEFT JOIN totp t ON t.account = a.id
WHERE a.name = $1::text;

-- name: password_put
-- A new password: what was given for the old one ends (token_revoke).
INSERT INTO password (account, hash, demo) VALUES ($1::int8, $2::text, $3::bool)
ON CONFLICT (account) DO UPDATE SET hash = excluded.hash, demo = excluded.demo, changed_at = now();

-- name: password_change
-- By its owner, who has just typed the old one.
UPDATE password SET hash = $3::text, changed_at = now() WHERE account = $1::int8 AND hash = $2::text RETURNING 1;

-- name: password_known
-- Has the account one?
SELECT FROM password WHERE account = $1::int8;

-- name: password_check
-- It still is the password that was just held against what was typed: changing it waits for us.
SELECT yjs_guard((SELECT count(*) FROM (SELECT FROM password WHERE account = $1::int8 AND hash = $2::text
	FOR SHARE) p), 1, 'passwords');

-- name: password_delete
-- Nobody comes in by it any more.
DELETE FROM password WHERE account = $1::int8;

-- name: account_close
-- Whoever vouches for him.
UPDATE account SET closed_at = now() WHERE id = $1::int8;

-- name: account_open
-- A new password opens a closed account again.
UPDATE account SET closed_at = NULL WHERE id = $1::int8 AND closed_at IS NOT NULL;

-- name: handshake_use
-- A login at a provider counts once. No row: it was used.
INSERT INTO handshake (mark) VALUES ($1::uuid) ON CONFLICT DO NOTHING RETURNING 1;

-- name: handshake_forget
-- Those of more than an hour ago are refused for their age.
DELETE FROM handshake WHERE mark IN (SELECT mark FROM handshake
	WHERE used_at < now() - interval '1 hour' LIMIT 100 FOR UPDATE SKIP LOCKED);

-- name: vouched_lock
-- Two logins of one person, in whatever browsers, wait for each other.
SELECT count(pg_advisory_xact_lock(1498172241, h))
FROM (SELECT DISTINCT uuid_hash(u) h FROM unnest($1::uuid[]) u ORDER BY 1) x;

-- name: account_by_subject
-- Whose account a provider's person has.
SELECT a.id, 0::int8, a.name, a.role, a.department, a.divisions, a.sealed, a.demo, a.closed_at IS NOT NULL,
	a.person
FROM account a WHERE a.id = (SELECT account FROM identity WHERE subject = $1::uuid) FOR SHARE;

-- name: account_vouched
-- An account by its owner's identity number: a citizen's, or one of staff.
SELECT a.id, 0::int8, a.name, a.role, a.department, a.divisions, a.sealed, a.demo, a.closed_at IS NOT NULL,
	a.person
FROM account a WHERE a.person = $1::uuid AND (a.role <> 'citizen') = $2::bool
ORDER BY a.closed_at IS NOT NULL, a.id LIMIT 2 FOR SHARE;

-- name: identity_put
-- From now on the provider's person is known.
INSERT INTO identity (subject, account, provider) VALUES ($1::uuid, $2::int8, $3::text);

-- name: totp_put
-- A new second factor.
INSERT INTO totp (account, sealed) VALUES ($1::int8, $2::bytea)
ON CONFLICT (account) DO UPDATE SET sealed = excluded.sealed, made_at = now(), last_step = 0;

-- name: totp_use
-- A code counts once, whoever comes with it at the same time.
UPDATE totp SET last_step = $2::int8 WHERE account = $1::int8 AND last_step < $2::int8 RETURNING 1;

-- name: login_try
-- Somebody tries: counted before it is looked at. No row: too often.
INSERT INTO login_attempt AS l (who, until)
VALUES ($1::uuid, now() + $2::int8 * interval '1 microsecond')
ON CONFLICT (who) DO UPDATE SET until = greatest(l.until, now()) + $2::int8 * interval '1 microsecond'
WHERE l.until + ($2::int8 - $3::int8) * interval '1 microsecond' <= now()
RETURNING 1;

-- name: login_wait
-- When the next try is taken, in microseconds from now.
SELECT greatest(0, (extract(epoch FROM until - now()) * 1000000)::int8 + $2::int8 - $3::int8)
FROM login_attempt WHERE who = $1::uuid;

-- name: login_forgive
-- It was no guess.
UPDATE login_attempt SET until = until - $2::int8 * interval '1 microsecond' WHERE who = $1::uuid;

-- name: login_forget
-- Tries of the day before yesterday.
DELETE FROM login_attempt WHERE who IN (SELECT who FROM login_attempt
	WHERE until < now() - interval '1 day' LIMIT 100 FOR UPDATE SKIP LOCKED);

-- name: refusal_put
-- Strangers were refused; in one order, for several nodes write at once.
INSERT INTO refusal AS r (minute, who, refused, address)
SELECT * FROM unnest($1::timestamptz[], $2::uuid[], $3::int8[], $4::bytea[]) u ORDER BY 1, 2
ON CONFLICT (minute, who) DO UPDATE SET refused = r.refused + EXCLUDED.refused;

-- name: refusals
-- Those of the last day, and the minute and address of which there were most.
SELECT sum(refused) OVER ()::int8, (SELECT count(DISTINCT who) FROM refusal WHERE minute > now() - interval '1 day'),
	minute, refused, address
FROM refusal WHERE minute > now() - interval '1 day' ORDER BY refused DESC, minute LIMIT 1;

-- name: session_put
-- A session and its token.
WITH t AS (
	INSERT INTO token (id, hash, account, demo) VALUES ($1::int8, $2::bytea, $3::int8, $4::bool) RETURNING id)
INSERT INTO session (token, account, strong, provider, proved_at)
SELECT id, $3::int8, $5::bool, $6::text, now() - $7::int8 * interval '1 second' FROM t;

-- name: account_by_session
-- Whose session it is, if it is in force: half an hour without a request ends it, and twelve hours do.
SELECT a.id, t.id, a.name, a.role, a.department, a.divisions, a.sealed, t.demo OR a.demo, s.strong,
	t.made_at, s.seen_at, s.proved_at, s.seen_at < now() - interval '1 minute',
	s.proved_at > now() - interval '15 minutes', s.provider
FROM token t JOIN session s ON s.token = t.id JOIN account a ON a.id = t.account
WHERE t.hash = $1::bytea AND t.revoked_at IS NULL AND s.seen_at > now() - interval '30 minutes'
	AND t.made_at > now() - interval '12 hours';

-- name: session_seen
-- It was used; written once a minute.
UPDATE session SET seen_at = now() WHERE token = $1::int8;

-- name: session_proved
-- Its password was typed again.
UPDATE session SET seen_at = now(), proved_at = now() WHERE token = $1::int8;

-- name: sessions_of
-- An account's sessions in force, the latest first.
SELECT s.token, s.strong, t.made_at, s.seen_at, s.proved_at
FROM session s JOIN token t ON t.id = s.token
WHERE s.account = $1::int8 AND t.revoked_at IS NULL AND s.seen_at > now() - interval '30 minutes'
	AND t.made_at > now() - interval '12 hours'
ORDER BY t.made_at DESC, s.token DESC LIMIT 100;

-- name: session_lock
-- As token_lock, for one of them.
SELECT pg_advisory_xact_lock(1498172239, hashint8($1::int8));

-- name: session_revoke
-- From this commit on nothing is done in its name.
UPDATE token SET revoked_at = now() WHERE id = (SELECT token FROM session
	WHERE token = $1::int8 AND account = $2::int8) AND revoked_at IS NULL RETURNING 1;

-- name: sessions_revoke
-- All of an account's; other tokens stay.
UPDATE token t SET revoked_at = now() FROM session s
WHERE s.account = $1::int8 AND t.id = s.token AND t.revoked_at IS NULL;

-- name: sessions_forget
-- An account's of more than 200 days ago: logs are kept for six months.
DELETE FROM token t USING session s
WHERE s.account = $1::int8 AND t.id = s.token AND t.made_at < now() - interval '200 days';

-- name: access_put
-- Who reads whose data, each row the next link of its writer's chain.
WITH head AS (UPDATE access_head SET seq = $13::int8, hash = $14::bytea, mark = $15::bytea
		WHERE chain = $11::int4 AND seq = $12::int8 RETURNING 1),
	noted AS (INSERT INTO access (division, id, account, application, at, person, fields, why, seq, hash, chain)
		SELECT *, $11::int4 FROM unnest($1::int4[], $2::int8[], $3::int8[], $4::int8[], $5::timestamptz[],
			$6::uuid[], $7::text[], $8::text[], $9::int8[], $10::bytea[]))
SELECT yjs_guard((SELECT count(*) FROM head), 1, 'the end of the chain');

-- name: access_head_make
-- A writer's first row begins its chain.
INSERT INTO access_head (chain, seq, hash, mark) VALUES ($1::int4, 0, decode(repeat('00', 32), 'hex'), $2::bytea)
ON CONFLICT DO NOTHING;

-- name: access_head_get
-- Where a chain ends.
SELECT seq, hash, mark FROM access_head WHERE chain = $1::int4;

-- name: access_heads
-- All ends of chains.
SELECT seq, hash, mark, chain FROM access_head ORDER BY chain;

-- name: access_links
-- A piece of a chain, in order.
SELECT seq, hash, division, id, account, application, at, person, fields, why FROM access
WHERE chain = $1::int4 AND (seq, id) > ($2::int8, $3::int8) ORDER BY seq, id LIMIT 1000;

-- name: access_loose
-- Rows of no chain, since all are chained; those of a chain that has no end, or before its beginning.
SELECT a.id FROM access a LEFT JOIN access_head h ON h.chain = a.chain
WHERE coalesce(a.seq, 0) < 1 AND a.chain IS NOT NULL OR h.chain IS NULL
	AND (a.chain IS NOT NULL OR a.at > (SELECT value::timestamptz FROM setting WHERE name = 'access_chained'))
ORDER BY a.id LIMIT 1000;

-- name: access_list
-- Who read an application, the last first; then who was refused: asking often pushes no reading off the list.
SELECT a.at, a.account, c.role, c.department, a.fields, a.why, EXISTS (SELECT FROM bulk_reading b
	WHERE b.account = a.account AND a.at BETWEEN b.at - interval '1 hour' AND b.at + interval '1 hour')
FROM (SELECT * FROM access WHERE division = $1::int4 AND application = $2::int8
	ORDER BY why = 'refused', id DESC LIMIT 500) a JOIN account c ON c.id = a.account
ORDER BY a.why = 'refused', a.id DESC;

-- name: access_of_person
-- Who looked a person up, the last first.
SELECT a.at, a.account, c.role, c.department, a.fields, a.why, EXISTS (SELECT FROM bulk_reading b
	WHERE b.account = a.account AND a.at BETWEEN b.at - interval '1 hour' AND b.at + interval '1 hour')
FROM (SELECT * FROM access WHERE person = $1::uuid ORDER BY id DESC LIMIT 500) a JOIN account c ON c.id = a.account
ORDER BY a.id DESC;

-- name: bulk_look
-- Of more than allowed within an hour? Then that is written, unless it was.
WITH lately AS MATERIALIZED (SELECT division, application, person FROM access WHERE account = $1::int8 AND id >= $2::int8
	AND (application <> 0 OR person IS NOT NULL) AND why NOT IN ('decision', 'closing', 'roster'))
INSERT INTO bulk_reading (account, at, count)
SELECT $1::int8, $4::timestamptz, n FROM (SELECT count(*)::int4 FROM (SELECT DISTINCT * FROM lately) whose) counted (n)
WHERE n > $3::int4 AND NOT EXISTS (SELECT FROM bulk_reading WHERE account = $1::int8
	AND at > $4::timestamptz - interval '1 hour')
ON CONFLICT DO NOTHING RETURNING count;

-- name: bulk_list
-- Who read of many, the last first.
SELECT b.account, b.at, b.count, a.name, a.role, a.department FROM bulk_reading b JOIN account a ON a.id = b.account
WHERE cardinality($1::int4[]) = 0 OR a.role = 'agent' OR cardinality(a.divisions) = 0
	OR a.divisions && $1::int4[]::int8[]
ORDER BY b.at DESC LIMIT 200;

-- ===== reference data and figures =====

-- name: now
-- The database's clock.
SELECT clock_timestamp();

-- name: version_put
-- An event's declared data; immutable under its hash. $4: and from now on it is what is in force.
WITH v AS (INSERT INTO version (hash, event, declared) VALUES ($1::bytea, $2::text, $3::text)
	ON CONFLICT (hash) DO NOTHING)
INSERT INTO publication (event, version) SELECT $2::text, $1::bytea
WHERE $4::bool AND $1::bytea IS DISTINCT FROM
	(SELECT p.version FROM publication p WHERE p.event = $2::text ORDER BY p.at DESC LIMIT 1)
ON CONFLICT DO NOTHING;

-- name: approval_standing
-- How many people have approved it (one with two accounts is one), what was put in force last of its event and not
-- taken out of force since.
SELECT (SELECT count(DISTINCT coalesce(a.person::text, a.id::text))::int4
		FROM (SELECT account FROM approval WHERE version = $1::bytea OFFSET 0) p
		JOIN account a ON a.id = p.account),
	l.version, l.at
FROM (SELECT 1) one LEFT JOIN LATERAL
	(SELECT p.version, p.at FROM (SELECT version, at FROM publication WHERE event = $2::text ORDER BY at DESC LIMIT 1) p
	WHERE (SELECT v.event FROM version v WHERE v.hash = p.version) = $2::text) l ON true;

-- name: published_list
-- What is in force, by its event or department.
SELECT p.event, p.version, p.at FROM (SELECT DISTINCT ON (event) event, version, at FROM publication
	ORDER BY event, at DESC) p
JOIN version v ON v.hash = p.version WHERE v.event = p.event ORDER BY p.event;

-- name: unpublish
-- From now on nothing of it is in force: what was put there last is a version of another name, which says so.
INSERT INTO publication (event, version) SELECT $1::text, $2::bytea
WHERE $2::bytea IS DISTINCT FROM (SELECT p.version FROM publication p WHERE p.event = $1::text ORDER BY p.at DESC LIMIT 1)
ON CONFLICT DO NOTHING;

-- name: approval_list
-- By whom, in that order.
SELECT a.id, a.name, p.at FROM (SELECT account, at FROM approval WHERE version = $1::bytea OFFSET 0) p
JOIN account a ON a.id = p.account ORDER BY p.at, a.id;

-- name: approval_put
-- Approved, once; each node is told.
WITH a AS (INSERT INTO approval (version, account) VALUES ($1::bytea, $2::int8)
	ON CONFLICT DO NOTHING RETURNING 1)
SELECT pg_notify('yjs_inbox', 'approved') FROM a;

-- name: version_get
-- The same back.
SELECT declared FROM version WHERE hash = $1::bytea;

-- name: event_known
-- Was a version of it ever stored? They are few.
SELECT FROM version WHERE event = $1::text LIMIT 1;

-- name: endpoint_find
-- The short number of an endpoint.
SELECT id FROM endpoint WHERE department = $1::text AND call = $2::text AND url = $3::text;

-- name: endpoint_put
-- A new one gets the next number; another node may be first.
INSERT INTO endpoint (id, department, call, url)
SELECT (SELECT coalesce(max(id), 0) + 1 FROM endpoint), $1::text, $2::text, $3::text
ON CONFLICT DO NOTHING;

-- name: setting_put
-- A fact about the whole database, set once.
INSERT INTO setting (name, value) VALUES ($1::text, $2::text) ON CONFLICT (name) DO NOTHING;

-- name: setting_get
-- The same back.
SELECT value FROM setting WHERE name = $1::text;

-- name: schema_stands
-- How many migrations stand, and the last number.
SELECT count(*), coalesce(max(number), 0)::int8 FROM schema_migration;

-- name: counts
-- Sums over writers, apart by division ($5), day ($6), event ($7), department ($8) as asked for. Each
-- division's days stand together: found by one step in the index, then read in order. Withdrawn may be
-- an application or an item; where departments are not apart, the name says which.
WITH RECURSIVE d (division) AS (
	(SELECT division FROM counter WHERE division > 0 ORDER BY division LIMIT 1)
	UNION ALL
	SELECT (SELECT c.division FROM counter c WHERE c.division > d.division
		ORDER BY c.division LIMIT 1)
	FROM d WHERE d.division IS NOT NULL)
SELECT CASE WHEN $5::bool THEN c.division ELSE 0 END, CASE WHEN $6::bool THEN c.day ELSE 0 END,
	CASE WHEN $7::bool THEN c.event ELSE '' END, CASE WHEN $8::bool THEN c.department ELSE '' END,
	CASE WHEN c.measure = 'withdrawn' AND c.department <> '' AND NOT $8::bool THEN 'items_withdrawn'
		ELSE c.measure END, sum(c.value)::int8
FROM d JOIN counter c ON c.division = d.division
WHERE c.day >= $1::int4 AND c.day <= $2::int4 AND ($3::text IS NULL OR c.event = $3::text)
	AND d.division IS NOT NULL AND ($4::int4 = 0 OR d.division = $4::int4)
GROUP BY 1, 2, 3, 4, 5
HAVING sum(c.value) <> 0
ORDER BY 1, 2, 3, 4, 5;

-- name: strays
-- Rows outside all months: a partition was not made in time.
SELECT (SELECT count(*) FROM (SELECT FROM application_default LIMIT 1000) a)
	+ (SELECT count(*) FROM (SELECT FROM inbox_default LIMIT 1000) a);

-- ===== how people were served: in one transaction after lock_keys .. token_check =====

-- name: feedback_put
-- A turn of an item is used once, and one complaint about an item is open at a time, or the petition is refused
-- (which the lock on its application, before this, makes sure of).
WITH k AS (
	INSERT INTO feedback (division, id, application, account, at, day, due, item, turn, grade, open, about, event,
		department, text)
	SELECT $1::int4, $2::int8, $3::int8, $4::int8, $5::timestamptz, $6::int4, nullif($7::int4, 0), $8::int2,
		$9::int2, $10::int2, $11::bool, $12::text, $13::text, $14::text, $15::bytea
	WHERE $9::int2 > 0 OR NOT EXISTS (SELECT FROM feedback f WHERE f.division = $1::int4
		AND f.application = $3::int8 AND f.item = $8::int2 AND f.turn = 0 AND f.open)
	ON CONFLICT DO NOTHING RETURNING 1)
SELECT yjs_guard((SELECT count(*) FROM k), 1, 'what was not said yet');

-- name: feedback_answer_put
-- What waits for an answer gets it, once, or the petition is refused.
WITH k AS (
	UPDATE feedback SET open = false WHERE division = $1::int4 AND application = $2::int8 AND id = $3::int8 AND open
	RETURNING 1), a AS (
	INSERT INTO feedback_answer (division, application, feedback, account, at, outcome, text)
	SELECT $1::int4, $2::int8, $3::int8, $4::int8, $5::timestamptz, $6::text, $7::bytea FROM k)
SELECT yjs_guard((SELECT count(*) FROM k), 1, 'what waits for an answer');

-- name: feedback_of
-- All that was said of an application.
SELECT f.division, f.id, f.application, f.at, f.due, f.item, f.turn, f.grade, f.about, f.open, f.event,
	f.department, f.text, '', a.at, a.outcome, a.text, NULL::bytea
FROM feedback f LEFT JOIN feedback_answer a
	ON a.division = f.division AND a.application = f.application AND a.feedback = f.id
WHERE f.division = $1::int4 AND f.application = $2::int8 ORDER BY f.id;

-- name: feedback_open
-- What waits for an answer, division by division, the most pressing first.
WITH RECURSIVE w (division) AS (
	(SELECT division FROM feedback WHERE open ORDER BY division LIMIT 1)
	UNION ALL
	SELECT (SELECT g.division FROM feedback g WHERE g.open AND g.division > w.division ORDER BY g.division LIMIT 1)
	FROM w WHERE w.division IS NOT NULL)
SELECT f.division, f.id, f.application, f.at, f.due, f.item, f.turn, f.grade, f.about, f.open, f.event,
	f.department, f.text, p.number, NULL::timestamptz, '', NULL::bytea, p.version
FROM w, LATERAL (SELECT * FROM feedback f WHERE f.division = w.division AND f.open
	AND ($1::int4[] IS NULL OR f.division = ANY ($1::int4[])) AND ($2::text IS NULL OR f.department = $2::text) ORDER BY f.due NULLS LAST, f.id LIMIT $3::int4) f
JOIN application p ON p.division = f.division AND p.id = f.application
ORDER BY f.due NULLS LAST, f.id LIMIT $3::int4;

-- name: feedback_counts
-- Apart by what is asked for, as `counts`. $9: today.
WITH RECURSIVE d (division) AS (
	(SELECT division FROM feedback ORDER BY division LIMIT 1)
	UNION ALL
	SELECT (SELECT g.division FROM feedback g WHERE g.division > d.division ORDER BY g.division LIMIT 1)
	FROM d WHERE d.division IS NOT NULL)
SELECT CASE WHEN $5::bool THEN f.division ELSE 0 END, CASE WHEN $6::bool THEN f.day ELSE 0 END,
	CASE WHEN $7::bool THEN f.event ELSE '' END, CASE WHEN $8::bool THEN f.department ELSE '' END,
	m.measure, count(*)::int8
FROM d JOIN feedback f ON f.division = d.division
LEFT JOIN feedback_answer a ON a.division = f.division AND a.application = f.application AND a.feedback = f.id,
LATERAL (SELECT CASE WHEN f.turn = 0 THEN 'complaints' ELSE 'rated_' || f.grade END
	UNION ALL SELECT 'answer_owed' WHERE f.open OR a.at IS NOT NULL
	UNION ALL SELECT 'answer_given' WHERE a.at IS NOT NULL
	UNION ALL SELECT 'answer_late' WHERE f.due < coalesce((a.at AT TIME ZONE 'Asia/Shanghai')::date - date '1970-01-01',
		CASE WHEN f.open THEN $9::int4 END)) m (measure)
WHERE f.day >= $1::int4 AND f.day <= $2::int4 AND ($3::text IS NULL OR f.event = $3::text)
	AND ($4::int4 = 0 OR f.division = $4::int4)
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5;

-- ===== the past: finished applications, written at once =====

-- name: past_account
-- Citizens.
INSERT INTO account (id, name, role, person, sealed)
SELECT * FROM unnest($1::int8[], $2::text[], $3::text[], $4::uuid[], $5::bytea[]);

-- name: past_progress
-- How they ended.
INSERT INTO progress (division, id, status, history_count, history_hash, items, finished_at, fence,
	node, open)
SELECT u.*, 1, $8::int4, false FROM unnest($1::int4[], $2::int8[], $3::int2[], $4::int4[],
	$5::bytea[], $6::bytea[], $7::timestamptz[]) u;

-- name: past_operation
-- What was sent and what came of it.
INSERT INTO operation (division, application, item, round, undo, endpoint, created_at, body, state,
	attempts, acknowledged_at, decided_at, outcome)
SELECT * FROM unnest($1::int4[], $2::int8[], $3::int2[], $4::int2[], $5::bool[], $6::int4[],
	$7::timestamptz[], $8::bytea[], $9::int2[], $10::int4[], $11::timestamptz[], $12::timestamptz[],
	$13::bytea[]);

-- ===== verify: in one snapshot =====

-- name: verify_applications
-- A page of applications after one.
SELECT division, id, number, event, version, submitted_at, plan FROM application
WHERE (division, id) > ($1::int4, $2::int8) ORDER BY division, id LIMIT $3::int4;

-- name: verify_progress
-- What stands of those up to another: also of one that has no application.
SELECT division, id, status, open, finished_at, history_count, history_hash, items FROM progress
WHERE (division, id) > ($1::int4, $2::int8) AND (division, id) <= ($3::int4, $4::int8)
ORDER BY division, id;

-- name: verify_history
-- Their histories.
SELECT division, application, seq, entries, hash FROM history
WHERE (division, application) > ($1::int4, $2::int8) AND (division, application) <= ($3::int4, $4::int8)
ORDER BY division, application, seq;

-- name: verify_operations
-- Their operations.
SELECT o.division, o.application, o.item, o.round, o.state, o.undo, e.department, o.created_at,
	o.acknowledged_at, o.decided_at
FROM operation o LEFT JOIN endpoint e ON e.id = o.endpoint
WHERE (o.division, o.application) > ($1::int4, $2::int8)
	AND (o.division, o.application) <= ($3::int4, $4::int8)
ORDER BY o.division, o.application, o.item, o.round, o.undo;

-- name: verify_strays
-- Rows of further tables whose application is not there, nor has left with its month. (The inbox also keeps
-- answers about what we do not know: only those applied count.)
WITH stray (name, application) AS (
	SELECT 'request_key', application FROM
		(SELECT application FROM request_key EXCEPT SELECT id FROM application) k
	UNION ALL SELECT 'once', application FROM
		(SELECT application FROM once EXCEPT SELECT id FROM application) o
	UNION ALL SELECT 'inbox', application FROM
		(SELECT application FROM inbox WHERE applied EXCEPT SELECT id FROM application) i
	UNION ALL SELECT 'petition', application FROM
		(SELECT application FROM petition EXCEPT SELECT id FROM application) p
	UNION ALL SELECT 'revision', application FROM
		(SELECT application FROM revision EXCEPT SELECT id FROM application) r
	UNION ALL SELECT 'consent', application FROM
		(SELECT application FROM consent EXCEPT SELECT id FROM application) c
	UNION ALL SELECT 'feedback', application FROM
		(SELECT application FROM feedback EXCEPT SELECT id FROM application) f
	UNION ALL SELECT 'attention', application FROM
		(SELECT application FROM attention EXCEPT SELECT id FROM application) a
	UNION ALL SELECT 'overdue', application FROM
		(SELECT application FROM overdue EXCEPT SELECT id FROM application) a)
SELECT name, application FROM stray s
WHERE NOT EXISTS (SELECT FROM archived a WHERE s.application >= a.first_id AND s.application < a.end_id);

-- name: archived
-- The months that have left, in order.
SELECT month, coalesce(applications, -1), heads, first_id, end_id FROM archived ORDER BY month;

-- name: archived_counts
-- What they count.
SELECT division, day, event, department, measure, sum(value)::int8 FROM archived_counter
GROUP BY 1, 2, 3, 4, 5;
