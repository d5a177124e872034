#include "outcall/address.h"

#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

struct block { uint32_t network; int bits; };

/* RFC 6890 and its registry: what is never the address of a public host. */
static const struct block refused[] = {
	{0x00000000, 8},  /* this network */
	{0x0a000000, 8},  /* private */
	{0x64400000, 10}, /* carrier-grade NAT */
	{0x7f000000, 8},  /* loopback */
	{0xa9fe0000, 16}, /* link local: also the clouds' metadata */
	{0xac100000, 12}, /* private */
	{0xc0000000, 24}, /* protocol assignments */
	{0xc0000200, 24}, /* documentation */
	{0xc0586300, 24}, /* 6to4 relays */
	{0xc0a80000, 16}, /* private */
	{0xc6120000, 15}, /* benchmarks */
	{0xc6336400, 24}, /* documentation */
	{0xcb007100, 24}, /* documentation */
	{0xe0000000, 4},  /* multicast */
	{0xf0000000, 4},  /* reserved, broadcast */
};

static bool
public_v4(uint32_t address)
{
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		if ((address ^ refused[i].network) >> (32 - refused[i].bits) == 0)
			return false;
	return true;
}

static bool
public_v6(const uint8_t a[16])
{
	if ((a[0] & 0xe0) != 0x20)
		return false; /* not 2000::/3: loopback, v4-mapped, NAT64, local, multicast, … */
	if (a[0] == 0x20 && a[1] == 0x02)
		return false; /* 6to4 */
	if (a[0] == 0x20 && a[1] == 0x01 && (a[2] < 0x02 || (a[2] == 0x0d && a[3] == 0xb8)))
		return false; /* 2001::/23 with Teredo, ORCHID, benchmarks; documentation */
	if (a[0] == 0x3f && a[1] == 0xff && a[2] < 0x10)
		return false; /* documentation, 3fff::/20 */
	return true;
}

bool
address_public(const struct sockaddr *address, socklen_t length)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (address->sa_family == AF_INET && length >= sizeof v4) {
		memcpy(&v4, address, sizeof v4);
		return public_v4(ntohl(v4.sin_addr.s_addr));
	}
	if (address->sa_family == AF_INET6 && length >= sizeof v6) {
		memcpy(&v6, address, sizeof v6);
		return public_v6(v6.sin6_addr.s6_addr);
	}
	return false;
}
