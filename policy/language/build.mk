# The policy language, the ground that all else stands on. vpn-policy makes its manual, from tables.
LANGUAGE_LIB := $(B)/policy/language/liblanguage.a
LANGUAGE_LIB_SRCS := $(wildcard policy/language/*.c)
$(LANGUAGE_LIB): $(LANGUAGE_LIB_SRCS:%.c=$(B)/%.o)
