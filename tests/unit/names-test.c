// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What of a name the source wrote: stems, statics that compilers and macros make for one
 * function, and parts of functions.
 */
#include <klp/diff.h>

#include "test.h"

static void stems(struct test *t)
{
	static const char *const rows[][2] = {
		{ "plain", "plain" },
		{ "calls.5", "calls" },
		{ "__key.0", "__key" },
		{ "work.constprop.0", "work.constprop" },
		{ "work.isra.0.cold", "work.isra.cold" },
		{ "work.part.12", "work.part" },
		{ "work.cold", "work.cold" },
		{ ".L.str.7", ".L.str" },
		{ "CSWTCH.48", "CSWTCH" },
		{ "promoted.llvm.123456789", "promoted" },
		{ "promoted.llvm.x", "promoted.llvm.x" },
		{ "function.calls.3", "function.calls" },
		{ "calls.5x", "calls.5x" },
		{ "calls5", "calls5" },
		{ "__UNIQUE_ID_ddebug123.4", "__UNIQUE_ID_ddebug" },
		{ "function.__UNIQUE_ID_ddebug123", "function.__UNIQUE_ID_ddebug" },
		{ "__initcall__kmod_case__123_77_set_up6", "__initcall__kmod_case____set_up" },
		{ "__pci_fixup_quirk_8x_440574", "__pci_fixup_quirk_8x_" },
		{ "__pci_fixups574", "__pci_fixups574" },
		/* Rust: numbers go, and parts that were there before are written out */
		{ "_RNvCs4fqI2P2rA04_1a1f", "_RNvCs4fqI2P2rA04_1a1f" },
		{ "_RNvMs0_C1aNtB5_1T1f", "_RNvMC1aNtC1a1T1f" },
		{ "_RNvXs_C1aNtB4_1TNtB4_1U1f", "_RNvXC1aNtC1a1TNtC1a1U1f" },
		{ "_RNCNvC1a1f0B3_", "_RNCNvC1a1f0C1a" },
		{ "_RNCNvC1a1fs_0B3_", "_RNCNvC1a1f0C1a" },
		{ "_RNCNvC1a1fs_0B3_.llvm.77", "_RNCNvC1a1f0C1a" },
		{ "_RINvC1a1fTmRShAyj4_FKCEuDNtB2_1TEL_EEB2_", "_RINvC1a1fTmRShAyj4_FKCEuDNtC1a1TEL_EEC1a" },
		{ "_RINvC1a1fKj1f_Kb1_EB2_", "_RINvC1a1fKj1f_Kb1_EC1a" },
		/* not whole; a part of itself; no name of Rust's */
		{ "_RNvC1a9f", "_RNvC1a9f" },
		{ "_RNvMs0_C1aNtB9z_1T1f", "_RNvMs0_C1aNtB9z_1T1f" },
		{ "_RNvC1a", "_RNvC1a" },
		{ "_Rest", "_Rest" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check(t, !strcmp(name_stem(rows[i][0], &t->arena), rows[i][1]), "%s: %s",
		      rows[i][0], name_stem(rows[i][0], &t->arena));
}

static void counted(struct test *t)
{
	static const char *const numbered[] = {
		"calls.5",
		"promoted.llvm.123",
		"_RNCNvC1a1f0",			/* a closure, if only the first */
		"_RNvYNCNvC1a1f0NtC1b1T1g",	/* a closure's method */
		"_RINvC1a1fNCNvC1a1g0E",	/* made for a closure */
		"_RNvNvC1a1f5CALLS",		/* a function's own */
		"_RNvNvMs_C1aNtB4_1T1f5CALLS",	/* a method's */
		"_RNvC1as_1f",			/* a macro's */
	};
	static const char *const named[] = { "calls", "_RNvC1a1f", "_RNvMs0_C1aNtB5_1T1f",
					     "_RNvNtC1a1m5COUNT", "_RNvXs_C1aNtB4_1TNtB4_1U1f" };

	for (size_t i = 0; i < sizeof(numbered) / sizeof(*numbered); i++)
		check(t, name_is_counted(numbered[i], name_stem(numbered[i], &t->arena)), "%s",
		      numbered[i]);
	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++)
		check(t, !name_is_counted(named[i], name_stem(named[i], &t->arena)), "%s", named[i]);
}

static bool is_special(struct test *t, const char *name, bool writable)
{
	return name_is_special_static(name, name_stem(name, &t->arena), writable);
}

static void special(struct test *t)
{
	static const char *const state[] = { "__already_done", "__warned", "__key", "_rs" };
	static const char *const constants[] = { "__func__", "__FUNCTION__", "__PRETTY_FUNCTION__",
						 "_entry", "_entry_ptr", "CSWTCH" };
	static const char *const others[] = { "calls", "__func", "my__key", "_rss", "descriptor" };
	const char *forms[] = { "%s.3", "function.%s", "function.%s.3" };

	for (size_t f = 0; f < sizeof(forms) / sizeof(*forms); f++) {
		char name[64];

		for (size_t i = 0; i < sizeof(state) / sizeof(*state); i++) {
			snprintf(name, sizeof(name), forms[f], state[i]);
			check(t, is_special(t, name, true) && is_special(t, name, false), "%s",
			      name);
			/* a variable of the file */
			check(t, !is_special(t, state[i], true), "%s", state[i]);
		}
		for (size_t i = 0; i < sizeof(constants) / sizeof(*constants); i++) {
			snprintf(name, sizeof(name), forms[f], constants[i]);
			check(t, is_special(t, name, false) && !is_special(t, name, true), "%s",
			      name);
		}
		for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
			snprintf(name, sizeof(name), forms[f], others[i]);
			check(t, !is_special(t, name, false), "%s", name);
		}
	}
	check(t, is_special(t, "__UNIQUE_ID_ddebug12.3", true), "a debug message's descriptor");
	check(t, !is_special(t, "__UNIQUE_ID_something12", true), "somebody's own");
}

static bool is_part(bool (*split)(const char *, const char **, size_t *), const char *name,
		    const char *parent)
{
	const char *of;
	size_t len;

	if (!split(name, &of, &len))
		return !parent;
	return parent && len == strlen(parent) && !strncmp(of, parent, len);
}

static void parts(struct test *t)
{
	check(t, is_part(name_is_cold, "f.cold", "f"), "f.cold");
	check(t, is_part(name_is_cold, "f.cold.12", "f"), "f.cold.12");
	check(t, is_part(name_is_cold, "f.constprop.0.cold", "f.constprop.0"), "of a clone");
	check(t, is_part(name_is_cold, "f.colder", NULL), "f.colder");
	check(t, is_part(name_is_cold, "f.cold.x", NULL), "f.cold.x");
	check(t, is_part(name_is_cold, ".cold", NULL), ".cold");
	check(t, is_part(name_is_part, "f.part.0", "f"), "f.part.0");
	check(t, is_part(name_is_part, "f.part.0.cold", NULL), "f.part.0.cold");
	check(t, is_part(name_is_part, "f.__part.12", "f"), "f.__part.12");
	check(t, is_part(name_is_part, "f.__part.1x", NULL), "f.__part.1x");
	check(t, is_part(name_is_part, ".__part.1", NULL), ".__part.1");
	check(t, is_part(name_is_part, ".part.0", NULL), ".part.0");
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "stems", stems },
		{ "counted", counted },
		{ "special", special },
		{ "parts", parts },
		{ NULL, NULL },
	};

	return run_tests(cases);
}
