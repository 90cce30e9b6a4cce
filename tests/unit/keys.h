/* SPDX-License-Identifier: ISC */
/* Public keys to test with. Nobody has the private halves. */
#ifndef SALLYPORT_TESTS_UNIT_KEYS_H
#define SALLYPORT_TESTS_UNIT_KEYS_H

struct key_sample {
	const char *name, *type, *base64;
	/* as ssh-keygen -l prints it; NULL: key_parse() must refuse it */
	const char *fingerprint;
};

static const struct key_sample key_samples[] = {
    {"ed25519", "ssh-ed25519",
     "AAAAC3NzaC1lZDI1NTE5AAAAIMMeenE497oiftXpR3d/+nUvZGTxwuDHFv2ErMi/"
     "ygY5",
     "SHA256:Jsit/8eM5tXOSoh0g9uM64Atg5JT2g7yWlcdTNK088s"},
    {"ecdsa 256", "ecdsa-sha2-nistp256",
     "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEzgJLatrWAD"
     "A8Cicf5ii1xywZRdVMxW439u07kD2u+KnIR4NJfKXjMloNizTN8bbVO9FSoOKaZ8"
     "tfI+O47xY3c=",
     "SHA256:m+i2gMmwVn/te7B6+K6gslhj3rBVWXlaaiCSI2TvijI"},
    {"ecdsa 384", "ecdsa-sha2-nistp384",
     "AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBKdxs7cFmCVc"
     "yESm3EJaDzlFTiJrIc0FUimnDXzfKUDezX4rS5NTYYRN9OnOZGH/lYdlYrVpbTol"
     "24qr4VEJWZxIWPx2Mk5xlzAmqsyBENngg0lCMMCenLVSchXlGvw11w==",
     "SHA256:RHXouhC6NSm+zByyB1RbKn8MpFt1v4SDczb0TuXudJk"},
    {"ecdsa 521", "ecdsa-sha2-nistp521",
     "AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAFwVXbxx0ML"
     "g1VziXjDYiEt3VPZH00sl9Y0GVHpZ4d57Jaur/l9vy0O8iOPlhRAcq1yULMMNw7k"
     "NJaUNdOdvOOS4AHGlWG5/JIf8eG6WCWMAuptkKnqgLwvUfn5t5+kCL/tjmwjdNEu"
     "VQbCr8ElOH0B9wJlO67i86+co9o91526uaoJ9w==",
     "SHA256:g2OhCNQa20CSghBW9beQj8g2J/XFlfTi/EJqFEY97bE"},
    {"rsa 2048", "ssh-rsa",
     "AAAAB3NzaC1yc2EAAAADAQABAAABAQCtOQ67b6O3xQHR+9VVe4vU+UCv2/kMaOI1"
     "xQOBufoUhrTl1v1QyJPmkWBasBQWj2B7g6utY1+8t9x5mR8s+xGvNflKe7wwNg0m"
     "3bLbzyJoyAHuqZpGrdQ/n7fC7e5gaytHjk5Io57NVrqVSFTGOpw6X3gO4TuR5gBB"
     "QPIiyo3yCyMOF1nr3Hcd+JpyQaj/tb08Q5p6VAUawvHFBPTbhrNhOwTg5657jKLc"
     "fXGQg6Ez69y/N1R3xJXpH77zZ9GT/fpZtP4GfdrxlYa4FTxpT9fVc92kBcURG9aV"
     "OhqOF6CWTKQWDymVvcVqGHKmpsuhMNSBoy9LIt9bbqCerW5BdSRB",
     "SHA256:ZiC+G/b9mK77jCg5pvfjwsocRNzwY0HVLjQ2xHMI0RE"},
    {"rsa 1024", "ssh-rsa",
     "AAAAB3NzaC1yc2EAAAADAQABAAAAgQDYQTXEaax8MP/8JiE3TRAWUz0hjvu8FL8U"
     "BmjHcZCm179ArXoj7idfySlpnfL6zgW65xez2nQjB9m/saJNfC/yqA67GwMwQC7U"
     "jkBiJbSX8bg7Zj4/TNekQ0uXiXG97oGKtLlEnQAMHJ4mBdITKTtzGM3QoFC4Ghmw"
     "K1BZOslcDQ==",
     NULL},
    {"certificate", "ssh-ed25519-cert-v01@openssh.com",
     "AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIFMbH1UgrbAe"
     "QrCa/WIDK1WV+IwnHMJfGYEdBPvHe9FpAAAAIMMeenE497oiftXpR3d/+nUvZGTx"
     "wuDHFv2ErMi/ygY5AAAAAAAAAAAAAAABAAAAAmlkAAAACQAAAAVzbGF2ZQAAAAAA"
     "AAAA//////////8AAAAAAAAAggAAABVwZXJtaXQtWDExLWZvcndhcmRpbmcAAAAA"
     "AAAAF3Blcm1pdC1hZ2VudC1mb3J3YXJkaW5nAAAAAAAAABZwZXJtaXQtcG9ydC1m"
     "b3J3YXJkaW5nAAAAAAAAAApwZXJtaXQtcHR5AAAAAAAAAA5wZXJtaXQtdXNlci1y"
     "YwAAAAAAAAAAAAAAMwAAAAtzc2gtZWQyNTUxOQAAACDDHnpxOPe6In7V6Ud3f/p1"
     "L2Rk8cLgxxb9hKzIv8oGOQAAAFMAAAALc3NoLWVkMjU1MTkAAABAj254mSkHUnmG"
     "M5mTGHUqHg4wgQfQcA+bRrZMXGgxkBGX8OJC5I/+juvAfywgQmalwTyGov2/Re35"
     "Fo9ZdgmRBA==",
     NULL},
    {"sk ed25519", "sk-ssh-ed25519@openssh.com",
     "AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIMMeenE497oiftXpR3d/"
     "+nUvZGTxwuDHFv2ErMi/ygY5AAAABHNzaDo=",
     "SHA256:IhqW0AC98G2E8sybKlTVYM77xt8pQtl/f4YfUR1Zrtk"},
    {"sk ecdsa", "sk-ecdsa-sha2-nistp256@openssh.com",
     "AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNzaC5jb20AAAAIbmlzdHAy"
     "NTYAAABBBEzgJLatrWADA8Cicf5ii1xywZRdVMxW439u07kD2u+KnIR4NJfKXjMl"
     "oNizTN8bbVO9FSoOKaZ8tfI+O47xY3cAAAAEc3NoOg==",
     "SHA256:yRP2atFQWHEHnSg7NZ+wo32jpRglWMKgHMlVsdoH6zU"},
    {"dsa", "ssh-dss",
     "AAAAB3NzaC1kc3MAAACAAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"
     "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"
     "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEA"
     "AAAUAQEBAQEBAQEBAQEBAQEBAQEBAQEAAAABAgAAAAED",
     NULL},
    {"trailing", "ssh-ed25519",
     "AAAAC3NzaC1lZDI1NTE5AAAAIMMeenE497oiftXpR3d/+nUvZGTxwuDHFv2ErMi/"
     "ygY5AAAAAXg=",
     NULL},
    {"short point", "ssh-ed25519",
     "AAAAC3NzaC1lZDI1NTE5AAAAH8MeenE497oiftXpR3d/+nUvZGTxwuDHFv2ErMi/"
     "ygY=",
     NULL},
    {"cut", "ssh-ed25519",
     "AAAAC3NzaC1lZDI1NTE5AAAAIMMeenE497oiftXpR3d/+nUvZGTxwuDHFv2ErMi/"
     "yg==",
     NULL},
    {"huge length", "ssh-ed25519",
     "AAAAC3NzaC1lZDI1NTE5/////8MeenE497oiftXpR3d/+nUvZGTxwuDHFv2ErMi/"
     "ygY5",
     NULL},
    {"no point", "ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5", NULL},
    {"other curve", "ecdsa-sha2-nistp256",
     "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAzODQAAABBBEzgJLatrWAD"
     "A8Cicf5ii1xywZRdVMxW439u07kD2u+KnIR4NJfKXjMloNizTN8bbVO9FSoOKaZ8"
     "tfI+O47xY3c=",
     NULL},
    {"compressed", "ecdsa-sha2-nistp256",
     "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBAkzgJLatrWAD"
     "A8Cicf5ii1xywZRdVMxW439u07kD2u+KnIR4NJfKXjMloNizTN8bbVO9FSoOKaZ8"
     "tfI+O47xY3c=",
     NULL},
    {"sk no application", "sk-ssh-ed25519@openssh.com",
     "AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIMMeenE497oiftXpR3d/"
     "+nUvZGTxwuDHFv2ErMi/ygY5",
     NULL},
    {"rsa negative", "ssh-rsa",
     "AAAAB3NzaC1yc2EAAAADAQABAAABAK05Drtvo7fFAdH71VV7i9T5QK/b+Qxo4jXF"
     "A4G5+hSGtOXW/VDIk+aRYFqwFBaPYHuDq61jX7y33HmZHyz7Ea81+Up7vDA2DSbd"
     "stvPImjIAe6pmkat1D+ft8Lt7mBrK0eOTkijns1WupVIVMY6nDpfeA7hO5HmAEFA"
     "8iLKjfILIw4XWevcdx34mnJBqP+1vTxDmnpUBRrC8cUE9NuGs2E7BODnrnuMotx9"
     "cZCDoTPr3L83VHfElekfvvNn0ZP9+lm0/gZ92vGVhrgVPGlP19Vz3aQFxREb1pU6"
     "Go4XoJZMpBYPKZW9xWoYcqamy6Ew1IGjL0si31tuoJ6tbkF1JEE=",
     NULL},
    {"rsa padded", "ssh-rsa",
     "AAAAB3NzaC1yc2EAAAADAQABAAABAgAArTkOu2+jt8UB0fvVVXuL1PlAr9v5DGji"
     "NcUDgbn6FIa05db9UMiT5pFgWrAUFo9ge4OrrWNfvLfceZkfLPsRrzX5Snu8MDYN"
     "Jt2y288iaMgB7qmaRq3UP5+3wu3uYGsrR45OSKOezVa6lUhUxjqcOl94DuE7keYA"
     "QUDyIsqN8gsjDhdZ69x3HfiackGo/7W9PEOaelQFGsLxxQT024azYTsE4Oeue4yi"
     "3H1xkIOhM+vcvzdUd8SV6R++82fRk/36WbT+Bn3a8ZWGuBU8aU/X1XPdpAXFERvW"
     "lToajheglkykFg8plb3FahhypqbLoTDUgaMvSyLfW26gnq1uQXUkQQ==",
     NULL},
    {"rsa no exponent", "ssh-rsa",
     "AAAAB3NzaC1yc2EAAAAAAAABAQCtOQ67b6O3xQHR+9VVe4vU+UCv2/kMaOI1xQOB"
     "ufoUhrTl1v1QyJPmkWBasBQWj2B7g6utY1+8t9x5mR8s+xGvNflKe7wwNg0m3bLb"
     "zyJoyAHuqZpGrdQ/n7fC7e5gaytHjk5Io57NVrqVSFTGOpw6X3gO4TuR5gBBQPIi"
     "yo3yCyMOF1nr3Hcd+JpyQaj/tb08Q5p6VAUawvHFBPTbhrNhOwTg5657jKLcfXGQ"
     "g6Ez69y/N1R3xJXpH77zZ9GT/fpZtP4GfdrxlYa4FTxpT9fVc92kBcURG9aVOhqO"
     "F6CWTKQWDymVvcVqGHKmpsuhMNSBoy9LIt9bbqCerW5BdSRB",
     NULL},
};

#endif
