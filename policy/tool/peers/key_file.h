/* SPDX-License-Identifier: ISC */
/* A file with one public key, as ssh-keygen(1) writes it. */
#ifndef SALLYPORT_POLICY_TOOL_PEERS_KEY_FILE_H
#define SALLYPORT_POLICY_TOOL_PEERS_KEY_FILE_H

#include "policy/language/error.h"
#include "policy/language/key.h"

/*
 * "-" is standard input. The key's type and base64 stand on the only line that is neither
 * empty nor a comment; what follows is left out. 0, or -1 with *err (err->sys is ENOENT
 * when there is no such file).
 */
int key_file_read(const char *path, struct public_key *out, struct error *err);
/* The same of text that was read already; shown is its name. */
int key_text_read(const char *shown, char *text, struct public_key *out, struct error *err);

#endif
