/* verify.cjs: whoever edits a single value in the database, the owner himself, is found out: verify
 * names the application or figure, what is stored and what the histories say. */
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { assert, birth, idNumber, suite, until, World } = require('./harness.cjs');

const sources = process.env.YJS_SOURCES || path.join(__dirname, '..', '..');
const tables = ['application', 'progress', 'operation', 'history', 'counter', 'once', 'revision', 'access', 'access_head'];

/* The application in the middle. Its own things below go by $ID and $NUMBER. */
const mine = 'application = $ID';
const entry = (from, to, seq = '') => `UPDATE history SET entries = replace(entries, '${from}', '${to}')
	WHERE ${mine} AND entries LIKE '%${from}%' ${seq}`;

/* [what is edited, how, what is said]. $NUMBER must be named by all but those of figures. */
const edits = [
	['a counter', `UPDATE counter SET value = value + 1 WHERE (event, department, measure) = ('employment', 'tax', 'approved')
		AND day = (SELECT max(day) FROM counter WHERE (event, department, measure) = ('employment', 'tax', 'approved'))`, /employment tax approved: the counter says \d+, the histories \d+/],
	['a counter of savings', `UPDATE counter SET value = value * 2 WHERE measure = 'papers_before' AND department = 'hrss'
		AND day = (SELECT max(day) FROM counter WHERE measure = 'papers_before')`, /hrss papers_before: the counter says/],
	['a counter taken away', `DELETE FROM counter WHERE measure = 'finished' AND day = (SELECT max(day) FROM counter WHERE measure = 'finished')`,
		/finished: the counter says 0, the histories [1-9]/],
	['a counter made up', `INSERT INTO counter SELECT 7, division, day, writer, event, 'tax', 'refused' FROM counter LIMIT 1`,
		/tax refused: the counter says 7, the histories 0/],
	['the entry that it was accepted', entry('"what":"accepted"', '"what":"Accepted"'), /\$NUMBER: entries from 1: are not those/],
	['how many answers were typed', entry('"fields":', '"fields":1'), /\$NUMBER: entries from 1: are not those/],
	['an entry that it was sent', entry('"what":"sent"', '"what":"late"'), /\$NUMBER: .*(not those|never sent)/],
	['an entry that it was approved', entry('"what":"approved"', '"what":"refused"'), /\$NUMBER: .*not those/],
	['whose approval it was', entry('"department":"tax"', '"department":"hrss"'), /\$NUMBER: .*not those/],
	['when it was finished', entry(':00.000+08:00"', ':01.000+08:00"', 'AND entries LIKE \'%finished%\''), /\$NUMBER: .*not those/],
	['an entry of a paper', entry('"what":"uploaded"', '"what":"fetched"'), /\$NUMBER: .*not those/],
	['the last entry cut off', `UPDATE history SET entries = regexp_replace(entries, '[^\\n]*\\n$', '')
		WHERE ${mine} AND seq = (SELECT max(seq) FROM history WHERE ${mine})`, /\$NUMBER: count of its history: stored \d+, by the history \d+/],
	['the last row cut off, and the count and hash with it', `WITH gone AS (DELETE FROM history WHERE ${mine}
		AND seq = (SELECT max(seq) FROM history WHERE ${mine}) RETURNING seq)
		UPDATE progress SET history_count = (SELECT seq - 1 FROM gone), history_hash = (SELECT hash FROM history
		WHERE ${mine} ORDER BY seq DESC OFFSET 1 LIMIT 1) WHERE id = $ID`, /\$NUMBER: \w+ state: stored approved, by the history sent/],
	['two rows of history exchanged', `WITH two AS (SELECT seq, entries, lead(entries) OVER w AS next, lag(entries) OVER w AS last
		FROM history WHERE ${mine} AND seq IN (SELECT seq FROM history WHERE ${mine} ORDER BY seq OFFSET 1 LIMIT 2) WINDOW w AS (ORDER BY seq))
		UPDATE history h SET entries = coalesce(two.next, two.last) FROM two WHERE h.application = $ID AND h.seq = two.seq`,
		/\$NUMBER: entries from \d+: are not those/],
	['the whole application', ['application', 'progress', 'operation', 'history', 'once', 'revision'].map((t) =>
		`DELETE FROM ${t} WHERE ${t === 'application' || t === 'progress' ? 'id' : 'application'} = $ID`).join(';'),
		/ accepted: the counter says \d+, the histories \d+/],
	['only the application\'s row', 'DELETE FROM application WHERE id = $ID', /330111\/$ID: application: .*is gone; left are its progress/],
	['its progress', 'DELETE FROM progress WHERE id = $ID', /\$NUMBER: progress: stored is gone/],
	['the state of one item', 'UPDATE progress SET items = set_byte(items, 5, 6) WHERE id = $ID', /\$NUMBER: \w+ state: stored refused, by the history approved/],
	['how a paper was had', `UPDATE progress SET items = set_byte(items, $PAPER, 2) WHERE id = $ID`,
		/\$NUMBER: material:\w+ how: stored fetched, by the history uploaded/],
	['its status', 'UPDATE progress SET status = 0 WHERE id = $ID', /\$NUMBER: .*status.*: stored in_progress/],
	['when it ended', `UPDATE progress SET finished_at = finished_at - interval '1 day' WHERE id = $ID`, /\$NUMBER: finished_at: stored \d+, by the history \d+/],
	['when it was filed', `UPDATE application SET submitted_at = submitted_at + interval '1 hour' WHERE id = $ID`, /\$NUMBER: submitted_at: stored/],
	['its plan: fewer answers', `UPDATE application SET plan = regexp_replace(plan, '(\\[0,-1,\\d+,\\d+,)\\d+', '\\11') WHERE id = $ID`, /\$NUMBER: plan: /],
	['its plan: an item that did not run', `UPDATE application SET plan = regexp_replace(plan, '\\[0,', '[2,') WHERE id = $ID`, /\$NUMBER: (plan: |entry)/],
	['when an operation was decided', `UPDATE operation SET decided_at = decided_at - interval '3 days' WHERE ${mine} AND item = 1`,
		/\$NUMBER: decided_at, operation of \w+ round 1: stored/],
	['when it was sent', `UPDATE operation SET created_at = created_at - interval '1 second' WHERE ${mine} AND item = 2`, /\$NUMBER: sent_at, operation of/],
	['to whom it was sent', `UPDATE operation SET endpoint = (SELECT id FROM endpoint WHERE department = 'tax' LIMIT 1) WHERE ${mine} AND item = 0`,
		/\$NUMBER: department, operation of \w+ round 1: stored tax, by the history hrss/],
	['an operation taken away', `DELETE FROM operation WHERE ${mine} AND item = 1`, /\$NUMBER: operation of \w+ round 1: stored is gone, by the history sent/],
	['an operation of another round', `UPDATE operation SET round = 2 WHERE ${mine} AND item = 1`, /\$NUMBER: operation of \w+ round 2: stored is there, by the history never sent/],
	['its version', `UPDATE application SET version = sha256('x') WHERE id = $ID`, /\$NUMBER: version: /],
	['its division', `UPDATE application SET number = '330106' || substr(number, 7) WHERE id = $ID`, /330106\d+-\w+: division: stored 330111/],
	['its last hash', `UPDATE progress SET history_hash = set_byte(history_hash, 7, (get_byte(history_hash, 7) + 1) % 256) WHERE id = $ID`,
		/\$NUMBER: last hash of the history: is another/],
	['who read whose data', `UPDATE access SET account = account + 1 WHERE id = $READ`, /access \$READ, chain \d+ place \d+: who read whose data: is not what was written/],
	['a reading taken away', 'DELETE FROM access WHERE id = $READ', /access of chain \d+ place \d+: who read whose data: is gone/],
	['the last reading cut off, and its chain\'s end set back', `DELETE FROM access; INSERT INTO access SELECT * FROM before_access;
		DELETE FROM access_head; INSERT INTO access_head SELECT * FROM before_access_head`,
		/access of chain \d+ place \d+: who read whose data: is gone, which a head kept outside tells of\n.*, 1 differences/],
	['an application and all that counts it', `${['application', 'progress', 'operation', 'history', 'once', 'revision'].map((t) =>
		`DELETE FROM ${t} WHERE ${t === 'application' || t === 'progress' ? 'id' : 'application'} = $LIVE`).join(';')};
		DELETE FROM counter WHERE event = 'birth'; DELETE FROM request_key`,
		/\d{10}-\w+: application: is gone, which a head kept outside tells of\n.*, 1 differences/],
	['all readings taken away', 'DELETE FROM access; DELETE FROM access_head WHERE seq = 0', /access of chain \d+ place 1: who read whose data: is gone/],
];

suite(async (test) => {
	const w = await World.start();
	const made = await w.run('past', '12', '--event', 'employment', '--from', '2026-01-01', '--to', '2026-06-30',
		'--like', path.join(sources, 'tests', 'past', 'employment.json'), '--processes', '1');
	assert.equal(made.status, 0, made.stderr);
	const [number, id] = w.sql('SELECT number, id FROM application ORDER BY id OFFSET 6 LIMIT 1')[0].split('|');
	/* five bytes of head, twelve a node (some promise was deemed accepted): the third of an uploaded paper is 5 */
	const bytes = Buffer.from(w.sql(`SELECT encode(items, 'hex') FROM progress WHERE id = ${id}`)[0], 'hex');
	const paper = [...bytes.keys()].find((at) => at > 19 * 12 && (at - 5) % 12 === 2 && bytes[at] === 5);
	const filled = (text) => text.replaceAll('$ID', id).replaceAll('$NUMBER', number).replaceAll('$PAPER', paper)
		.replaceAll('$READ', read).replaceAll('$LIVE', live);

	await w.account('clerk', 'clerk', { department: 'hrss' });
	await w.account('anna', 'citizen', { id: idNumber(1) });
	await w.finished('anna', (await w.accepted('anna', birth())).number);
	const [live] = w.sql(`SELECT id FROM application WHERE event = 'birth'`);
	for (let i = 0; i < 5; i++) {
		for (const t of i === 4 ? ['access', 'access_head'] : [])
			w.sql(`CREATE TABLE before_${t} AS SELECT * FROM ${t}`);
		const answer = await w.http('GET', `/api/v1/applications/${number}?purpose=enquiry`, { who: 'clerk' });
		assert.equal(answer.status, 200, answer.text);
	}
	const [read] = w.sql('SELECT id FROM access ORDER BY id OFFSET 2 LIMIT 1');

	w.node.process.kill('SIGALRM'); /* its minute is over */
	const heads = path.join(w.data, 'key.heads', 'tested'), ends = w.sql(`SELECT format('access %s 0 - %s ', chain, seq) FROM access_head`);
	await until('the heads are kept outside', () => fs.existsSync(heads) &&
		ends.every((end) => fs.readFileSync(heads, 'utf8').includes(end)));
	for (const t of tables)
		w.sql(`CREATE TABLE kept_${t} AS SELECT * FROM ${t}`);
	await test('nothing edited: 0 differences, and as JSON a line of sums', async () => {
		await w.verify();
		const told = JSON.parse((await w.run('verify', '--json')).stdout);
		assert.equal(told.applications, 13);
		assert.equal(told.accesses, 5);
		assert.ok(told.heads >= 2, `${told.heads} heads`);
		assert.equal(told.differences, 0);
	});

	for (const [what, how, said] of edits)
		await test(`27: edited: ${what}`, async () => {
			const before = w.sql(tables.map((t) => `SELECT md5(string_agg(x::text, ',' ORDER BY x::text)) FROM ${t} x`).join(' UNION ALL ')).join();
			w.sql(filled(how));
			const after = w.sql(tables.map((t) => `SELECT md5(string_agg(x::text, ',' ORDER BY x::text)) FROM ${t} x`).join(' UNION ALL ')).join();
			assert.notEqual(after, before, 'the edit changed nothing');
			const told = await w.run('verify');
			for (const t of tables)
				w.sql(`DELETE FROM ${t}; INSERT INTO ${t} SELECT * FROM kept_${t}`);
			assert.equal(told.status, 1, told.stdout);
			assert.match(told.stdout, new RegExp(filled(said.source.replaceAll('\\$', '$'))));
		});

	await test('as JSON: one object for each difference', async () => {
		w.sql(filled('UPDATE progress SET status = 0 WHERE id = $ID'));
		const lines = (await w.run('verify', '--json')).stdout.trim().split('\n').map((l) => JSON.parse(l));
		assert.ok(lines.some((l) => l.of === number && /status/.test(l.what) && l.stored === 'in_progress'), JSON.stringify(lines));
		assert.equal(lines.at(-1).differences, lines.length - 1);
		w.sql('DELETE FROM progress; INSERT INTO progress SELECT * FROM kept_progress');
	});

	await test('all put back: 0 differences', () => w.verify());
	await w.stop();
});
