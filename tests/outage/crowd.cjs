/* crowd.cjs: others who hold sessions of a PostgreSQL server and do nothing with them. */
'use strict';
const net = require('node:net');

/* The first message of the protocol, version 3.0: who comes, to which database. */
function greeting() {
	const text = Buffer.from(['user', 'yijianshi', 'database', 'yijianshi', 'application_name', 'crowd', '', ''].join('\0'));
	const head = Buffer.alloc(8);
	head.writeInt32BE(8 + text.length, 0);
	head.writeInt32BE(3 << 16, 4);
	return Buffer.concat([head, text]);
}

/* The kinds of the messages that are there; Z: it waits for what it is asked. */
function words(said) {
	const kinds = [];
	for (let at = 0; at + 5 <= said.length; at += 1 + said.readInt32BE(at + 1))
		kinds.push(String.fromCharCode(said[at]));
	return kinds;
}

class Crowd {
	constructor(server) {
		this.server = server;
		this.sessions = new Set();
		this.left = 0;
	}

	get size() {
		return this.sessions.size;
	}

	/* One more; false when the server has none to give. */
	join() {
		return new Promise((done) => {
			const socket = net.connect(this.server.port, '127.0.0.1', () => socket.write(greeting()));
			let said = Buffer.alloc(0);
			socket.on('data', (bytes) => {
				said = Buffer.concat([said, bytes]);
				if (words(said).includes('Z')) {
					this.sessions.add(socket);
					done(true);
				}
			});
			socket.on('error', () => {});
			socket.on('close', () => {
				this.sessions.delete(socket);
				done(false);
			});
		});
	}

	/* Take all that there are. */
	async fill() {
		while (await this.join())
			;
	}

	leave(n) {
		for (const socket of [...this.sessions].slice(0, n)) {
			this.left++;
			this.sessions.delete(socket);
			socket.destroy();
		}
	}
}

module.exports = { Crowd };
