/* wire.cjs: a proxy before PostgreSQL that understands as much of the protocol as is needed to know
 * which transactions of the node have left it, have reached the server, and have been answered; it
 * can hold each of these steps, and cut the connection there.
 *
 * A transaction of the node's hot path is one pipeline: Bind and Execute of prepared statements, then
 * Sync. The server commits at the Sync; its ReadyForQuery is the answer. Of a claim the COMMIT counts.
 */
'use strict';
const net = require('node:net');

const now = () => performance.now();
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/* The part of an operation's key that follows division and month, from the columns of its row. */
function keyTail(id, item, round, undo) {
	let text = '', rest = BigInt.asUintN(64, id);
	for (let i = 0; i < 13; i++, rest >>= 5n)
		text = alphabet[Number(rest & 31n)] + text;
	return `${text}-${String(item).padStart(2, '0')}-${round}-${undo ? 'u' : 'f'}`;
}

/* The elements of a binary array of fixed width. */
function arrayOf(bytes, read) {
	const list = [];
	if (!bytes || bytes.readInt32BE(0) === 0)
		return list;
	for (let n = bytes.readInt32BE(12), at = 20; n > 0; n--) {
		const length = bytes.readInt32BE(at);
		list.push(length < 0 ? null : read(bytes, at + 4));
		at += 4 + Math.max(length, 0);
	}
	return list;
}

/* A Bind message's statement and, for those that name operations, the tails of their keys. */
function readBind(body) {
	let at = body.indexOf(0) + 1;
	const end = body.indexOf(0, at);
	const name = body.toString('latin1', at, end).replace(/_\d{4}_\d\d$/, ''); // of whatever month
	if (name !== 'operation_put' && name !== 'operation_settle')
		return { name };
	at = end + 1;
	at += 2 + 2 * body.readInt16BE(at);
	const values = [];
	for (let n = body.readInt16BE(at), p = at + 2; n > 0; n--) {
		const length = body.readInt32BE(p);
		values.push(length < 0 ? null : body.subarray(p + 4, p + 4 + length));
		p += 4 + Math.max(length, 0);
	}
	const ids = arrayOf(values[1], (b, p) => b.readBigInt64BE(p));
	const items = arrayOf(values[2], (b, p) => b.readInt16BE(p));
	const rounds = arrayOf(values[3], (b, p) => b.readInt16BE(p));
	const undos = arrayOf(values[4], (b, p) => b[p] !== 0);
	return { name, keys: ids.map((id, i) => keyTail(id, items[i], rounds[i], undos[i])) };
}

class Connection {
	constructor(wire, client) {
		this.wire = wire;
		this.client = client;
		this.server = net.connect(wire.target());
		this.name = '';
		this.up = Buffer.alloc(0);     /* what of the node's bytes is not yet a whole message */
		this.down = Buffer.alloc(0);
		this.started = false;
		this.open = undefined;         /* the transaction whose Sync has not come */
		this.waiting = [];             /* transactions whose answer has not come */
		this.heldUp = this.heldDown = undefined;
		for (const [from, take] of [[client, 'fromNode'], [this.server, 'fromServer']]) {
			from.setNoDelay(true);
			from.on('data', (part) => this[take](part));
			from.on('error', () => {});
			from.on('close', () => this.ended(from));
		}
	}

	ended(which) {
		this.closed = true;
		this.wire.connections.delete(this);
		this.wire.onEnd(this, which === this.client);
		if (which === this.client && this.heldUp && this.heldUp.late)
			return; /* what the node has written still arrives: release() ends it */
		this.client.destroy();
		this.server.destroy();
	}

	/* --- from the node --- */

	fromNode(part) {
		this.up = this.up.length ? Buffer.concat([this.up, part]) : part;
		let done = 0;
		while (this.up.length - done >= 5) {
			const head = this.started ? 1 : 0;
			const length = head + this.up.readInt32BE(done + head);
			if (this.up.length - done < length)
				break;
			this.message(this.up.subarray(done, done + length), head);
			done += length;
		}
		this.up = this.up.subarray(done);
	}

	message(bytes, head) {
		if (!head) {
			const words = bytes.toString('utf8', 8).split('\0');
			this.started = bytes.readInt32BE(4) === 196608;
			this.name = words[words.indexOf('application_name') + 1] || '';
		} else if (bytes[0] === 0x42) { /* Bind */
			const bind = readBind(bytes.subarray(5));
			this.claiming ||= bind.name === 'claim_take';
			this.open ??= { connection: this, statements: [], puts: [], settles: [] };
			this.open.statements.push(bind.name);
			if (bind.name === 'operation_put')
				this.open.puts.push(...bind.keys);
			if (bind.name === 'operation_settle')
				this.open.settles.push(...bind.keys);
		} else if (bytes[0] === 0x53 || bytes[0] === 0x51) { /* Sync, Query */
			this.sync(bytes);
			return;
		}
		this.write('Up', this.server, bytes);
	}

	/* Several messages, the last of them a query: a node takes over what another had. */
	endsClaim(bytes) {
		if (bytes[0] !== 0x51 || !this.claiming)
			return false;
		this.claiming = false;
		return bytes.toString('latin1', 5, 11) === 'COMMIT';
	}

	sync(bytes) {
		const t = this.open || { connection: this, statements: [], puts: [], settles: [] };
		this.open = undefined;
		t.left = now();
		t.kind = this.endsClaim(bytes) ? 'claim' : t.statements.includes('progress_step') ? 'group'
			: t.statements.includes('request_key_put') ? 'filing'
				: t.statements.includes('inbox_put') ? 'inbox' : '';
		this.waiting.push(t);
		if (t.kind)
			this.wire.transactions.push(t);
		this.write('Up', this.server, bytes, t.kind && this.wire.onLeave(t));
		if (!this.heldUp)
			t.reached = now();
	}

	/* --- from the server --- */

	fromServer(part) {
		this.down = this.down.length ? Buffer.concat([this.down, part]) : part;
		let done = 0, at = 0;
		while (this.down.length - at >= 5) {
			const length = 1 + this.down.readInt32BE(at + 1);
			if (this.down.length - at < length)
				break;
			const type = this.down[at];
			at += length;
			if (type === 0x45 && this.waiting.length) /* ErrorResponse */
				this.waiting[0].failed = true;
			if (type !== 0x5a || this.waiting.length === 0) /* ReadyForQuery */
				continue;
			const t = this.waiting.shift();
			t.done = now();
			const hold = t.kind && this.wire.onDone(t);
			if (hold) { /* what came before it goes on */
				this.write('Down', this.client, this.down.subarray(done, at - length));
				done = at - length;
			}
			this.write('Down', this.client, this.down.subarray(done, at), hold);
			if (!this.heldDown)
				t.told = now();
			done = at;
		}
		this.write('Down', this.client, this.down.subarray(done, at));
		this.down = this.down.subarray(at);
	}

	/* --- holding --- */

	write(side, to, bytes, hold) {
		const name = `held${side}`;
		if (hold && !this[name])
			this[name] = { parts: [], late: hold === 'late' };
		if (this[name])
			this[name].parts.push(Buffer.from(bytes));
		else if (bytes.length && !to.destroyed)
			to.write(bytes);
	}

	/* Let go what is held. */
	release() {
		for (const [name, to] of [['heldUp', this.server], ['heldDown', this.client]]) {
			const held = this[name];
			this[name] = undefined;
			if (held && !to.destroyed)
				for (const part of held.parts)
					to.write(part);
		}
		for (const t of this.waiting)
			t.reached ??= now();
		if (this.closed)
			setTimeout(() => this.server.destroy(), 500).unref();
	}

	/* End the connection at once, both ways; what is held upwards with `late` may be released later. */
	cut() {
		this.heldDown = undefined;
		if (!(this.heldUp && this.heldUp.late)) {
			this.heldUp = undefined;
			this.server.destroy();
		}
		this.client.resetAndDestroy();
	}
}

class Wire {
	/* target(): what net.connect() takes. The hooks give true to hold, 'late' to hold in such a way that
	 * the bytes can still be released after the node is gone. */
	constructor(target) {
		this.target = target;
		this.connections = new Set();
		this.transactions = [];
		this.refusing = false;
		this.unhook();
		this.server = net.createServer((client) => {
			if (this.refusing)
				client.resetAndDestroy();
			else
				this.connections.add(new Connection(this, client));
		});
	}

	unhook() {
		this.onLeave = this.onDone = () => false;
		this.onEnd = () => {};
	}

	listen() {
		return new Promise((done) => this.server.listen(0, '127.0.0.1', () => {
			this.port = this.server.address().port;
			done(this);
		}));
	}

	/* Is a transaction of that kind on its way: left the node, not yet answered to it? */
	open(kind) {
		return [...this.connections].flatMap((c) => c.waiting).filter((t) => t.kind === kind);
	}

	close() {
		for (const c of this.connections)
			c.cut();
		this.server.close();
	}
}

module.exports = { keyTail, now, Wire };
