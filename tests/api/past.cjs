/* past.cjs: a year that was made gives back, in the statistics, what was published of a real one; any
 * of its applications opens, and verify finds no difference. */
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { assert, suite, World } = require('./harness.cjs');

const sources = process.env.YJS_SOURCES || path.join(__dirname, '..', '..');
const like = path.join(sources, 'tests', 'past', 'employment.json');
const N = 40;

/* 富阳: 6,000 persons a year, 19 items of 7 departments, 81 papers before and 11 now: 420,000 papers
 * and 84,000 visits spared, 33 working days a person. */
const published = { persons: 6000, items: 19, departments: 7, papers: 420000, visits: 84000, days: 33 };

suite(async (test) => {
	const w = await World.start();
	let row;

	await w.account('operator', 'operator');

	await test('the event\'s rows give the published figures: papers and visits of all its items', async () => {
		const guide = (await w.http('GET', '/api/v1/events/employment')).json;
		const items = guide.items.filter((i) => i.before && (i.before.papers || []).length);
		const sum = (of) => items.reduce((n, i) => n + of(i.before), 0);
		assert.equal(items.length, published.items);
		assert.equal(new Set(items.map((i) => i.department)).size, published.departments);
		assert.equal(published.persons * (sum((b) => b.papers.length) - 11), published.papers);
		assert.equal(published.persons * sum((b) => b.visits), published.visits);
	});

	await test('a past is made, and wrong words end with 2 and a cure', async () => {
		const made = await w.run('past', String(N), '--event', 'employment', '--from', '2026-01-01', '--to', '2026-06-30',
			'--like', like);
		assert.equal(made.status, 0, made.stderr);
		for (const [args, cure] of [[['0', '--event', 'birth'], /whole number/], [['5'], /--event/],
			[['5', '--event', 'birth', '--from', 'May'], /YYYY-MM-DD/], [['5', '--event', 'birth', '--what', '1'], /no such option/]]) {
			const told = await w.run('past', ...args);
			assert.equal(told.status, 2, args.join(' '));
			assert.match(told.stderr, cure);
		}
		const early = await w.run('past', '5', '--event', 'employment', '--from', '2024-01-01');
		assert.equal(early.status, 1);
		assert.match(early.stderr, /in force from/);
	});

	await test('its statistics: 78 papers before and 11 now, for the 18 items that one person can have', async () => {
		row = JSON.parse((await w.run('stats', '--event', 'employment', '--json')).stdout).rows[0];
		const { n, materials, visits, working_days: days, fields } = row.measured;
		assert.equal(n, N);
		assert.deepEqual({ ...materials }, { before: 78 * N, given: 11 * N, saved: 67 * N, average: 67 });
		assert.deepEqual({ ...visits }, { before: 13 * N, made: N, saved: 12 * N, average: 12 });
		assert.ok(Math.abs(days.average - published.days) < 4, `${days.average} working days`);
		assert.equal(days.saved, days.before - days.waited);
		assert.ok(fields.saved > 0 && row.expected.materials.average === 67);
	});

	await test('what is missing to the published figures is the one item that excludes another', async () => {
		const guide = (await w.http('GET', '/api/v1/events/employment')).json;
		const left = guide.items.find((i) => i.id === 'residence_registration').before;
		const { materials, visits } = row.measured;
		assert.equal((materials.average + left.papers.length) * published.persons, published.papers);
		/* and a visit that the new identity card still wants */
		assert.equal((visits.average + left.visits + visits.made / N) * published.persons, published.visits);
	});

	await test('by department and by month they add up to the same', async () => {
		for (const by of ['department', 'month', 'division']) {
			const rows = (await w.http('GET', `/api/v1/statistics?by=${by}`, { who: 'operator' })).json.rows;
			assert.equal(rows.reduce((n, r) => n + (r.measured.materials.before || 0), 0), 78 * N, by);
			assert.equal(rows.reduce((n, r) => n + (r.measured.visits?.made || 0), 0), N, by);
		}
	});

	await test('any of them opens, with its history, disclosures and what it spared', async () => {
		const all = w.sql('SELECT number, name FROM application a JOIN account p ON p.id = a.account ORDER BY a.id');
		assert.equal(all.length, N);
		for (const [number, name] of [all[0], all[N / 2], all[N - 1]].map((line) => line.split('|'))) {
			w.tokens[name] = (await w.run('account', 'token', name)).stdout.trim();
			const a = (await w.http('GET', `/api/v1/applications/${number}`, { who: name })).json;
			assert.equal(a.status, 'finished');
			assert.equal(a.saved.materials, 67);
			assert.equal(a.history.count > 60, true);
			assert.equal((await w.http('GET', `/api/v1/applications/${number}/history`, { who: name })).status, 200);
			assert.equal((await w.http('GET', `/api/v1/applications/${number}/disclosures`, { who: name })).status, 200);
		}
	});

	await test('verify says 0 differences', () => w.verify());

	await test('stats: wrong words end with 2 and say what to do', async () => {
		for (const [args, cure] of [[['--from', '2026-2-1'], /YYYY-MM-DD/], [['--by', 'week'], /day month event/],
			[['--division', '33011'], /six digits/], [['--event', 'wedding'], /never known/], [['--year', '2026'], /no such option/],
			[['--from'], /value is missing/], [['--from', '2026-05-02', '--to', '2026-05-01'], /exchange/]]) {
			const told = await w.run('stats', ...args);
			assert.equal(told.status, 2, `${args}: ${told.stdout}`);
			assert.match(told.stderr, cure);
		}
	});

	await test('the table for people: columns aligned, n beside each average', async () => {
		const { stdout, status } = await w.run('stats', '--by', 'department');
		assert.equal(status, 0);
		const wide = (line) => [...line].reduce((n, c) => n + (c.codePointAt(0) >= 0x1100 ? 2 : 1), 0);
		for (const block of stdout.split('\n\n').filter((b) => /^[^\n]+\n分组/.test(b)).map((b) => b.split('\n').slice(1)))
			assert.equal(new Set(block.filter(Boolean).map(wide)).size, 1, block.join('\n'));
		assert.match(stdout, /hrss/);
		assert.match(stdout, /不归某一部门/);
	});

	assert.ok(fs.existsSync(like));
	await w.stop();
});
