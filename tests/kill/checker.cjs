/* checker.cjs: was nothing lost, nothing doubled, everything in order? A pure function over books
 * that were written by programs which share nothing: the citizens' (driver), the departments' ledger,
 * the front's list of calls, and what the service itself says. Each finding begins with its name.
 *
 * books = { entries: [driver's], ledger: [lines], calls: [front's], seen: Map(number -> {status, shown,
 *           history}), database: {numbers, keys, open, undecided, unapplied}, verify: {exit, text},
 *           recounts: [{exit, text}] of verify while it ran,
 *           stored: Map(tail of an operation's key -> when the server had committed it) or nothing,
 *           undoable: Set of the calls that departments can undo, 'department.call',
 *           inbox: keys of the later answers that are stored, forged: [{key, status}] of what somebody told
 *           who has no secret }
 */
'use strict';
const { canonical } = require('../api/harness.cjs');
const { sha256 } = require('./front.cjs');

const nothing = '0'.repeat(64);

function groupBy(list, keyOf) {
	const groups = new Map();
	for (const one of list) {
		const key = keyOf(one);
		if (!groups.has(key))
			groups.set(key, []);
		groups.get(key).push(one);
	}
	return groups;
}

/* What the citizens were told. */
function checkAnswers({ entries, seen, database }, say) {
	const numbers = groupBy(entries.filter((e) => e.number), (e) => e.number);
	for (const e of entries) {
		if (e.refused)
			say('REFUSED', `${e.key}: ${e.refused}`);
		else if (e.text === undefined)
			say('UNANSWERED', `${e.key} after ${e.attempts.length} attempts`);
		if (e.changed)
			say('CHANGED-ANSWER', `${e.key}: two answers for one key`);
		for (const act of e.acts) {
			if (act.status === undefined)
				say('UNANSWERED', `${e.number} ${act.what} after ${act.attempts} attempts`);
			else if (act.status !== 200 && act.status !== 409)
				say('REFUSED', `${e.number} ${act.what}: ${act.status} ${act.text.slice(0, 200)}`);
		}
		if (e.number && seen.get(e.number)?.status !== 200)
			say('LOST', `${e.number} was accepted, GET says ${seen.get(e.number)?.status}`);
	}
	for (const [number, same] of numbers)
		if (same.length > 1)
			say('SHARED', `${number} was given to ${same.length} keys`);
	const stored = new Set(database.numbers);
	for (const number of stored)
		if (!numbers.has(number))
			say('PHANTOM', `${number} is stored, nobody was told of it`);
	for (const number of numbers.keys())
		if (!stored.has(number))
			say('LOST', `${number} was accepted and is not stored`);
	if (database.numbers.length !== stored.size || database.keys !== database.numbers.length)
		say('DOUBLED', `${database.numbers.length} applications, ${stored.size} numbers, ${database.keys} request keys`);
}

/* What a ledger's line or a call is: the matter itself, its cancellation, or what came later. */
const kindOf = (line) => line.kind ?? (line.call.split('/')[1] || 'forward');

/* What reached the departments: one key an operation, one body, method and place a key. */
function checkCalls({ calls, ledger }, say) {
	const posts = calls.filter((c) => !c.back && c.sha256);
	for (const [key, same] of groupBy(posts, (c) => c.key)) {
		if (new Set(same.map((c) => c.sha256)).size > 1)
			say('CHANGED-BODY', `${key}: ${same.length} calls, several bodies`);
		if (new Set(same.map((c) => c.target)).size > 1)
			say('CHANGED-CALL', `${key}: ${same.map((c) => c.target).join(' ')}`);
	}
	for (const [operation, same] of groupBy(posts, (c) => `${c.application} ${c.item} ${c.kind} round ${c.round}`))
		if (new Set(same.map((c) => c.key)).size > 1)
			say('TWO-KEYS', `${operation}: ${[...new Set(same.map((c) => c.key))].join(' ')}`);
	for (const [key, same] of groupBy(ledger, (e) => `${e.department} ${e.key}`))
		if (same.length > 1 || same[0].effects > 1)
			say('DUPLICATE-EFFECT', `${key}: ${same.map((e) => e.effects).join(' + ')} effects`);
	for (const [operation, same] of groupBy(ledger, (e) => `${e.application} ${e.item} ${kindOf(e)} round ${e.round}`))
		if (same.reduce((sum, e) => sum + e.effects, 0) > 1 || same.length > 1)
			say('DUPLICATE-EFFECT', `${operation}: under ${same.map((e) => e.key).join(' ')}`);
	const bodies = new Map(posts.map((c) => [c.key, c.sha256]));
	for (const e of ledger)
		if (bodies.get(e.key) !== e.body_sha256)
			say('CHANGED-BODY', `${e.department} ${e.key}: the department has another body than was sent`);
}

/* Nothing is sent, and nobody is told of an acceptance, before the server has committed it. */
function checkEarly({ entries, calls, stored }, say) {
	if (!stored)
		return;
	const first = new Map(), accepted = new Map();
	for (const c of calls)
		if (!c.back && c.sha256 && !first.has(c.tail))
			first.set(c.tail, c);
	for (const c of first.values()) {
		const at = stored.get(c.tail);
		if (at === undefined || at > c.arrived)
			say('EARLY', `${c.key} ${c.item} was sent at ${c.arrived.toFixed(1)}, committed ${at?.toFixed(1) ?? 'never'}`);
		accepted.set(c.application, Math.min(at ?? Infinity, accepted.get(c.application) ?? Infinity));
	}
	for (const e of entries)
		if (e.number && accepted.has(e.number) && accepted.get(e.number) > e.told)
			say('EARLY', `${e.number} was told at ${e.told.toFixed(1)}, committed ${accepted.get(e.number).toFixed(1)}`);
}

/* What departments tell later is never refused, and what was taken is stored; what others tell is refused. */
function checkCallbacks({ calls, inbox, forged }, say) {
	const stored = new Set(inbox);
	for (const c of calls) {
		if (!c.back || c.file || !c.key)
			continue;
		if (c.status >= 400 && c.status < 500)
			say('CALLBACK', `${c.key} of ${c.department} was refused: ${c.status}`);
		if (c.status === 202 && !stored.has(c.key))
			say('CALLBACK', `${c.key} of ${c.department} was taken and is not stored`);
	}
	for (const f of forged ?? [])
		if (f.status < 400)
			say('FORGED', `${f.key}: ${f.status}`);
}

/* When each item or material could first be known to be done: the front had the answer. */
function whenDone(calls) {
	const done = new Map(), posts = new Map();
	for (const c of calls)
		if (!c.back && c.application && c.kind === 'forward')
			posts.set(c.key, `${c.application} ${c.item}`);
	for (const c of calls) {
		if (c.state !== 'approved' && c.state !== 'found')
			continue;
		const what = posts.get(c.key), at = c.back ? c.whole : c.answered;
		if (what && at !== undefined && !(done.get(what) <= at))
			done.set(what, at);
	}
	return done;
}

/* The first call of each operation of a kind: application, item -> call. */
function firstCalls(calls, kind) {
	const first = new Map();
	for (const c of calls) {
		const what = `${c.application} ${c.item}`;
		if (!c.back && c.application && c.kind === kind && !first.has(what))
			first.set(what, c);
	}
	return first;
}

/* Dependents only after what they need was approved, items only after their papers were fetched. */
function checkOrder({ calls, seen }, say) {
	const done = whenDone(calls), first = firstCalls(calls, 'forward');
	const after = (c, what) => {
		const at = done.get(`${c.application} ${what}`);
		if (at === undefined || at > c.arrived)
			say('ORDER', `${c.application} ${c.item} was sent at ${c.arrived.toFixed(1)}, ${what} done ${at?.toFixed(1) ?? 'never'}`);
	};
	for (const c of first.values()) {
		const items = seen.get(c.application)?.shown?.items ?? [];
		for (const need of items.find((i) => i.id === c.item)?.needs ?? [])
			if (items.find((i) => i.id === need)?.status !== 'skipped') /* of several, one was enough */
				after(c, need);
		for (const paper of c.materials)
			after(c, `material:${paper}`);
	}
}

/* What departments did: application, item -> the last line of the matter; key -> its cancellations. */
function readLedger(ledger) {
	const last = new Map(), cancelled = new Map();
	for (const e of ledger) {
		const what = `${e.application} ${e.item}`;
		if (kindOf(e) === 'forward' && !(last.get(what)?.round > e.round))
			last.set(what, e);
		if (kindOf(e) === 'cancel' && e.effects > 0)
			cancelled.set(e.of, [...(cancelled.get(e.of) ?? []), e]);
	}
	return { last, cancelled };
}

/* One item against what its department did: `e` the last line of the matter, if any; `undone`: it was
 * cancelled; `undoable`: the calls that can be. */
function checkItem(where, shown, item, { e, undone, undoable }, say) {
	const did = e?.effects > 0;
	if (item.status === 'approved' && !did)
		say('NO-EFFECT', `${where} is approved, its department has ${e ? e.effects : 'no'} effect`);
	if (item.status === 'approved' && did && item.receipt !== e.answer.result_id)
		say('WRONG-RESULT', `${where}: receipt ${item.receipt}, the department's is ${e.answer.result_id}`);
	if (undone !== (item.undo === 'done'))
		say('UNDO', `${where} is ${item.status}, undo ${item.undo}, ${undone ? '' : 'never '}cancelled by its department`);
	if (did && !undone && !['approved', 'attention'].includes(item.status))
		say('UNAWARE', `${where} was done by its department, the service says ${item.status}`);
	if (did && shown.status === 'withdrawn' && item.undo === 'impossible' && undoable?.has(`${e.department}.${e.call}`))
		say('UNDO', `${where} could be undone, and nobody tried`);
	if (did && !undone && shown.status === 'withdrawn' && !['failed', 'impossible'].includes(item.undo))
		say('UNDO', `${where} is in force after the withdrawal, and nobody is told: undo ${item.undo}`);
}

/* The departments' ledger against what the service says of each item. */
function checkEffects({ ledger, seen, undoable }, say) {
	const { last, cancelled } = readLedger(ledger);
	for (const e of ledger)
		if (!seen.has(e.application))
			say('PHANTOM', `${e.department} ${e.key}: no such application was accepted`);
	for (const [of, same] of cancelled)
		if (same.length > 1)
			say('DUPLICATE-EFFECT', `${of} was undone ${same.length} times: ${same.map((e) => e.key).join(' ')}`);
	for (const [number, { shown }] of seen) {
		if (!shown)
			continue;
		if (shown.status !== 'finished' && shown.status !== 'withdrawn')
			say('UNFINISHED', `${number} ${shown.status}: ${shown.items.filter((i) => i.status !== 'skipped')
				.map((i) => `${i.id}=${i.status}`).join(' ')}`);
		for (const item of shown.items.filter((i) => !/_later$/.test(i.id))) {
			const e = last.get(`${number} ${item.id}`);
			checkItem(`${number} ${item.id}`, shown, item, { e, undone: Boolean(e && cancelled.has(e.key)), undoable }, say);
		}
		for (const paper of shown.materials)
			if (paper.how === 'fetched' && last.get(`${number} material:${paper.id}`)?.answer.state !== 'found')
				say('NO-EFFECT', `${number} ${paper.id} is fetched, its department was not asked`);
	}
}

/* Withdrawals: only what was asked for, nothing begun after it, what rests on something undone first. */
function checkWithdrawals({ entries, calls, seen, stored }, say) {
	const first = firstCalls(calls, 'cancel'), told = new Map();
	for (const c of calls)
		if (c.state === 'cancelled' && !(told.get(c.tail) <= (c.back ? c.whole : c.answered)))
			told.set(c.tail, c.back ? c.whole : c.answered);
	for (const e of entries) {
		const shown = seen.get(e.number)?.shown, act = e.acts.find((a) => a.what === 'withdrawal' && a.status === 200);
		if (!shown)
			continue;
		if (Boolean(act) !== (shown.status === 'withdrawn'))
			say('WITHDRAWAL', `${e.number} is ${shown.status}, its withdrawal was ${act ? 'accepted' : 'not asked'}`);
		if (!act)
			continue;
		for (const c of calls)
			if (c.application === e.number && c.kind !== 'cancel' && stored?.get(c.tail) > act.told)
				say('AFTER', `${e.number} ${c.item} was begun at ${stored.get(c.tail).toFixed(1)}, withdrawn ${act.told.toFixed(1)}`);
		for (const item of shown.items.filter((i) => i.undo === 'done' && !/_later$/.test(i.id))) /* a telling holds nothing up */
			for (const need of item.needs) {
				const mine = first.get(`${e.number} ${item.id}`), its = first.get(`${e.number} ${need}`);
				if (mine && its && !(told.get(mine.tail) <= its.arrived))
					say('ORDER', `${e.number}: ${need} was undone before ${item.id}, which rests on it`);
			}
	}
}

/* Corrections: as many as were accepted, and what is sent again carries them. */
function checkCorrections({ entries, calls, seen }, say) {
	const later = groupBy(calls.filter((c) => c.data), (c) => c.application);
	for (const e of entries) {
		const accepted = e.acts.filter((a) => a.what === 'correction' && a.status === 200).length;
		const noted = seen.get(e.number)?.history?.entries.filter((h) => h.what === 'corrected').length ?? accepted;
		if (noted !== accepted)
			say('CORRECTION', `${e.number}: ${accepted} accepted, ${noted} in its history`);
		for (const c of later.get(e.number) ?? [])
			for (const [field, value] of Object.entries(e.mend ?? {}))
				if (field in c.data && c.data[field] !== value)
					say('CORRECTION', `${e.number} ${c.item} was sent again with ${field} as it was`);
	}
}

/* What may stand there more than once; all else does once for an item and round. */
const again = /^(silent|corrected|late|conflict|held|upload_needed|clock_stopped|clock_resumed) /;

/* The history: its chain, and every step once. */
function checkHistory({ seen }, say) {
	for (const [number, { shown, history }] of seen) {
		if (!shown)
			continue;
		const entries = history?.entries ?? [];
		let last = nothing;
		for (const { hash, ...rest } of entries) {
			last = sha256(`${last}\n${canonical(rest)}`);
			if (hash !== last || rest.seq !== entries.findIndex((e) => e.hash === hash) + 1) {
				say('CHAIN', `${number}: entry ${rest.seq}`);
				break;
			}
		}
		if (shown.history.count !== entries.length || shown.history.last !== last)
			say('CHAIN', `${number} carries ${shown.history.count} ${shown.history.last}, its history ends in ${entries.length} ${last}`);
		for (const [step, same] of groupBy(entries, (e) => `${e.what} ${e.item ?? ''} ${e.round ?? ''}`))
			if (same.length > 1 && !again.test(step))
				say('HISTORY', `${number}: ${step} stands there ${same.length} times`);
		const withdrawn = entries.findIndex((e) => e.what === 'withdrawal');
		for (const e of withdrawn < 0 ? [] : entries.slice(withdrawn))
			if (e.what === 'sent')
				say('AFTER', `${number}: by its history ${e.item} was sent after the withdrawal`);
		for (const item of shown.items.filter((i) => i.status === 'approved'))
			for (const what of ['sent', 'approved'])
				if (!entries.some((e) => e.what === what && e.item === item.id))
					say('HISTORY', `${number}: no ${what} ${item.id}`);
		for (const item of shown.items) {
			const sent = entries.findIndex((e) => e.what === 'sent' && e.item === item.id);
			for (const need of sent < 0 ? [] : item.needs.filter((id) => shown.items.find((i) => i.id === id)?.status !== 'skipped'))
				if (!entries.slice(0, sent).some((e) => e.what === 'approved' && e.item === need))
					say('ORDER', `${number}: by its history ${item.id} was sent before ${need} was approved`);
		}
	}
}

function checkRest({ database, verify, recounts }, say) {
	for (const [what, n] of [['applications', database.open], ['operations', database.undecided],
		['later answers', database.unapplied]])
		if (n !== 0)
			say('LEFT-OPEN', `${n} ${what}${what === 'operations' ? `: ${(database.which || []).slice(0, 5).join('; ')}` : ''}`);
	if (verify.exit !== 0 || !/, 0 differences\n$/.test(verify.text))
		say('VERIFY', verify.text.slice(-300));
	for (const r of recounts)
		if (r.exit !== 0)
			say('VERIFY', `while it ran: ${r.text.slice(-300)}`);
}

/* The findings: none, when all is well. */
function check(books) {
	const findings = [];
	const say = (name, detail) => findings.push(`${name}: ${detail}`);
	checkAnswers(books, say);
	checkCalls(books, say);
	checkEarly(books, say);
	checkCallbacks(books, say);
	checkOrder(books, say);
	checkEffects(books, say);
	checkWithdrawals(books, say);
	checkCorrections(books, say);
	checkHistory(books, say);
	checkRest(books, say);
	return findings;
}

module.exports = { check };
