/* SPDX-License-Identifier: ISC */
/* What is sent to an sshd to find out whether packets of full size arrive there. */
#include <string.h>

#include "local/tcp_probe.h"

static unsigned char *put_length(unsigned char *at, size_t number)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		*at++ = (unsigned char)(number >> shift);
	return at;
}

static unsigned char *put_string(unsigned char *at, const char *text)
{
	const size_t len = strlen(text);

	at = put_length(at, len);
	for (size_t i = 0; i < len; i++)
		at[i] = (unsigned char)text[i];
	return at + len;
}

/* The languages, which nobody looks at: as much as is to be sent. */
static unsigned char *put_filler(unsigned char *at, size_t len)
{
	at = put_length(at, len);
	for (size_t i = 0; i < len; i++)
		at[i] = i % 9 == 8 && i + 1 < len ? ',' : 'x';
	return at + len;
}

size_t tcp_probe_bulk(unsigned char out[TCP_PROBE_BULK_SIZE])
{
	static const char version[] = "SSH-2.0-Sallyport_diagnose\r\n";
	static const char *const lists[] = {
	    "curve25519-sha256,ecdh-sha2-nistp256,diffie-hellman-group14-sha256",
	    "ssh-ed25519,ecdsa-sha2-nistp256,rsa-sha2-512,rsa-sha2-256",
	    "aes128-ctr,aes256-ctr,chacha20-poly1305@openssh.com",
	    "aes128-ctr,aes256-ctr,chacha20-poly1305@openssh.com",
	    "hmac-sha2-256,hmac-sha2-512",
	    "hmac-sha2-256,hmac-sha2-512",
	    "none",
	    "none",
	};
	enum { MSG_KEXINIT = 20, COOKIE = 16, FILLER = 1600, BLOCK = 8, LEAST_PADDING = 4 };
	unsigned char *const packet = out + sizeof version - 1, *at = packet + 4 + 1;
	size_t padding, whole;

	memcpy(out, version, sizeof version - 1);
	*at++ = MSG_KEXINIT;
	memset(at, 0, COOKIE);
	at += COOKIE;
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		at = put_string(at, lists[i]);
	at = put_filler(at, FILLER);
	at = put_filler(at, FILLER);
	*at++ = 0;
	at = put_length(at, 0);
	padding = BLOCK - (size_t)(at - packet) % BLOCK;
	if (padding < LEAST_PADDING)
		padding += BLOCK;
	memset(at, 0, padding);
	at += padding;
	whole = (size_t)(at - packet);
	put_length(packet, whole - 4);
	packet[4] = (unsigned char)padding;
	return (size_t)(at - out);
}
