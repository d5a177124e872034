/* losses.cjs: what is done to the next transaction of a kind on its way over the wire: it does not reach the
 * server, its answer does not reach the node, or it arrives when the node has long given it up. */
'use strict';
const { now } = require('./wire.cjs');

const patience = 2000; /* ms until a transaction of the kind comes by, where nothing is said */

/* The first that fits is held `how` and struck; another one, of the engine's other lane, goes on: nobody would let
 * go of it. */
function first(fits, how, struck) {
	let found = false;
	return (t) => {
		if (found || !fits(t))
			return false;
		found = true;
		setImmediate(() => struck(t));
		return how;
	};
}

const losses = {
	'before': (wire, kind, struck) => { wire.onLeave = first((t) => t.kind === kind, true, struck); },
	'after': (wire, kind, struck) => { wire.onDone = first((t) => t.kind === kind && !t.failed, true, struck); },
	'late': (wire, kind, struck) => { wire.onLeave = first((t) => t.kind === kind, 'late', struck); },
};

/* Lose one; gives the transaction, or nothing when none came by. With 'late' its bytes are still held.
 * begin() does what brings one about; for `ms` it is waited for. */
async function loseOne(wire, kind, loss, begin = () => {}, ms = patience) {
	const t = await new Promise((done) => {
		const late = setTimeout(() => done(undefined), ms);
		losses[loss](wire, kind, (struck) => { clearTimeout(late); done(struck); });
		begin();
	});
	wire.unhook();
	if (t) {
		t.connection.cut();
		t.lost = now();
	}
	return t;
}

module.exports = { loseOne, losses };
