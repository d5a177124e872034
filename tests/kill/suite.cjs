/* suite.cjs: what the suites that kill share: seeds, the way to the end of a run, its books. */
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { assert, departmentIds, sleep, sources } = require('../api/harness.cjs');
const { now } = require('./wire.cjs');

const names = ['REFUSED', 'UNANSWERED', 'CHANGED-ANSWER', 'LOST', 'SHARED', 'PHANTOM', 'DOUBLED', 'CHANGED-BODY', 'CHANGED-CALL',
	'TWO-KEYS', 'DUPLICATE-EFFECT', 'EARLY', 'ORDER', 'NO-EFFECT', 'UNAWARE', 'UNDO', 'WRONG-RESULT', 'WITHDRAWAL', 'AFTER', 'CORRECTION',
	'UNFINISHED', 'CALLBACK', 'FORGED', 'CHAIN', 'HISTORY', 'LEFT-OPEN', 'VERIFY'];

const note = (text) => process.stdout.write(`# ${text}\n`);

/* A number of the command line. */
function option(name, preset) {
	const at = process.argv.indexOf(`--${name}`);
	return at < 0 ? preset : Number(process.argv[at + 1]);
}

/* mulberry32: numbers from 0 to 1 that follow from the seed. */
function randomOf(seed) {
	let a = seed >>> 0;
	return () => {
		a = (a + 0x6d2b79f5) >>> 0;
		let t = Math.imul(a ^ (a >>> 15), 1 | a);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

/* Smallest, median, 9 of 10, largest. */
function spread(list) {
	const sorted = [...list].sort((a, b) => a - b);
	const part = (p) => (sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))].toFixed(0) : '-');
	return `least ${part(0)}, median ${part(0.5)}, p90 ${part(0.9)}, most ${part(1)} (n ${sorted.length})`;
}

/* What has not come to its end. The look-ups (64 and above) of an application that has ended stop where they are. */
function count(world) {
	const [[open, unapplied]] = world.sql(`SELECT (SELECT count(*) FROM progress WHERE open),
		(SELECT count(*) FROM inbox WHERE NOT applied)`);
	const undecided = world.sql(`SELECT format('item %s round %s%s of %s (status %s, state %s, attempts %s, next %s of node %s)', o.item, o.round,
			CASE WHEN o.undo THEN ' undo' ELSE '' END, a.number, p.status, o.state, o.attempts, o.next_at - now(), p.node)
		FROM operation o JOIN progress p ON p.division = o.division AND p.id = o.application
			JOIN application a ON a.division = o.division AND a.id = o.application
		WHERE o.state < 2 AND NOT (p.status > 1 AND o.item >= 64)`).map(([one]) => one);
	return { open: Number(open), undecided: undecided.length, unapplied: Number(unapplied), which: undecided };
}

/* The faults stop, everybody gets his answer, everything ends: wait for that, then read the books. */
async function settle(world, driver, ms = 300000) {
	const end = now() + ms;
	await world.restartDepartments(world.departmentsClock, []); /* they too remember after that */
	await driver.finish(ms);
	let left = count(world);
	while (left.open + left.undecided + left.unapplied > 0 && now() < end) {
		await sleep(300);
		left = count(world);
	}
	return gather(world, driver, left);
}

/* When the server had committed each operation, where a wire saw it. Of what was cut off on its way
 * only that is known when it reached the server. */
function commits(world) {
	const stored = new Map();
	for (const t of world.wire.transactions) {
		const at = t.failed ? undefined : t.done ?? t.reached;
		for (const tail of at !== undefined ? t.puts : [])
			stored.set(tail, Math.min(at, stored.get(tail) ?? Infinity));
	}
	return stored;
}

/* The calls that can be undone, as the connector files say. */
function undoable() {
	const all = new Set();
	for (const id of departmentIds)
		for (const part of fs.readFileSync(path.join(sources, 'connectors', `${id}.lua`), 'utf8').split(/^call "/m).slice(1))
			if (/^\s*undo\s*=\s*true/m.test(part))
				all.add(`${id}.${part.slice(0, part.indexOf('"'))}`);
	return all;
}

async function gather(world, driver, left) {
	const entries = [...driver.book.values()];
	const seen = await driver.read(entries.filter((e) => e.number));
	const verify = await world.command('verify'), inbox = world.sql('SELECT key FROM inbox').map(([key]) => key);
	const numbers = world.sql('SELECT number FROM application').map(([number]) => number);
	const keys = Number(world.sql('SELECT count(*) FROM request_key')[0][0]);
	return { entries, undoable: undoable(), stored: world.wire && commits(world), ledger: await world.ledger(), calls: world.front.calls, seen,
		inbox, database: { numbers, keys, ...left }, verify: { exit: verify.exit, text: verify.text }, recounts: world.recounts };
}

/* One test for each kind of finding. */
async function testFindings(test, where, findings) {
	for (const name of names)
		await test(`${where}no ${name}`, () => {
			const own = findings.filter((f) => f.startsWith(`${name}: `));
			assert.equal(own.length, 0, `${own.length} findings\n${own.slice(0, 12).join('\n')}`);
		});
}

module.exports = { note, option, randomOf, settle, spread, testFindings };
