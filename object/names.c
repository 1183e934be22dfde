// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names: what of a symbol's name the source wrote, and what the compiler or a
 * macro numbered.
 */
#include <ctype.h>
#include <string.h>

#include <klp/object.h>
#include <klp/rust.h>

/*
 * What macros and compilers make inside a function.  GCC writes name.N, Clang
 * function.name (numbered when not unique): a plain name is a variable of the
 * file, whatever it is called, and its state is the kernel's.
 */
static const struct {
	const char *name;
	bool constant;
} special_statics[] = {
	{ "__already_done", false },
	{ "__warned", false },
	{ "__key", false },
	{ "_rs", false },
	{ "__func__", true },
	{ "__FUNCTION__", true },
	{ "__PRETTY_FUNCTION__", true },
	{ "_entry", true },
	{ "_entry_ptr", true },
	{ "CSWTCH", true },
	{ NULL, false },
};

static size_t digits(const char *s)
{
	size_t n = 0;

	while (isdigit((unsigned char)s[n]))
		n++;
	return n;
}

/* A component that the compiler appended: only a number, or a number behind llvm. */
static bool is_number(const char *s, size_t len)
{
	return len && digits(s) >= len;
}

/*
 * … and with the line in __pci_fixup_…<line> (include/linux/pci.h), or counter and line in
 * __BTF_ID__…__<number> (btf_ids.h), it ends.
 */
static size_t without_line(const char *name, size_t len)
{
	if (!strncmp(name, "__pci_fixup_", 12) || !strncmp(name, "__BTF_ID__", 10))
		while (isdigit((unsigned char)name[len - 1]))
			len--;
	return len;
}

/* What Rust's compiler has numbered is not at the end of its names. */
static const char *rust_name_stem(const char *name, struct arena *arena)
{
	char stem[RUST_STEM_SIZE];
	bool numbered;
	size_t used;

	if (!rust_stem(name, stem, &used, &numbered))
		return name;
	return arena_printf(arena, "%s%s", stem, name + used);
}

/*
 * Copy name to out, leaving out numeric components (".123"), the hash of
 * ".llvm.123", and the counters in __UNIQUE_ID_…, __initcall__… and __initstub__… names
 * (include/linux/compiler.h, init.h).  ".isra", ".constprop", ".part" and
 * ".cold" stay: such a function has an interface of its own.
 */
const char *name_stem(const char *whole, struct arena *arena)
{
	const char *name = rust_name_stem(whole, arena);
	bool unique = !strncmp(name, "__UNIQUE_ID_", 12) || strstr(name, ".__UNIQUE_ID_");
	bool initcall = !strncmp(name, "__initcall__", 12) || !strncmp(name, "__initstub__", 12);
	size_t all = strlen(name), len = without_line(name, all), n = 0;
	char *out;

	if (!unique && !initcall && len == all && !strchr(name, '.'))
		return name;
	out = arena_alloc(arena, len + 1);
	for (size_t i = 0; i < len;) {
		size_t part = strcspn(name + i + 1, ".") + 1;	/* up to the next dot */

		if (part > len - i)
			part = len - i;
		if (name[i] == '.' && is_number(name + i + 1, part - 1)) {
			i += part;
		} else if (!strncmp(name + i, ".llvm.", 6) && isdigit((unsigned char)name[i + 6])) {
			i += 6 + digits(name + i + 6);
		} else {
			memcpy(out + n, name + i, part);
			n += part;
			i += part;
		}
	}
	out[n] = '\0';
	if (unique || initcall) {
		size_t k = 0;

		for (size_t i = 0; i < n; i++)
			if (!isdigit((unsigned char)out[i]))
				out[k++] = out[i];
		out[k] = '\0';
	}
	return out;
}

/* Of Rust's, implementations of something for a type are numbered, too, but the type is in the name. */
bool name_is_counted(const char *name, const char *stem)
{
	char rust[RUST_STEM_SIZE];
	size_t used;
	bool numbered;

	return rust_stem(name, rust, &used, &numbered) ? numbered : strcmp(name, stem) != 0;
}

/* stem is that of name: "name" of "name.N", or Clang's "function.name". */
bool name_is_special_static(const char *name, const char *stem, bool writable)
{
	const char *dot = strrchr(stem, '.'), *last = dot ? dot + 1 : stem;

	if (!strncmp(stem, "__UNIQUE_ID_ddebug", 18))
		return true;
	for (size_t i = 0; strchr(name, '.') && special_statics[i].name; i++)
		if (!strcmp(last, special_statics[i].name))
			return !special_statics[i].constant || !writable;
	return false;
}

/* "f.cold", "f.cold.3": its parent's name is the first *len bytes. */
bool name_is_cold(const char *name, const char **parent, size_t *len)
{
	const char *cold = strstr(name, ".cold");

	if (!cold || cold == name || (cold[5] && cold[5] != '.'))
		return false;
	if (cold[5] == '.' && cold[6 + digits(cold + 6)])
		return false;
	*parent = name;
	*len = (size_t)(cold - name);
	return true;
}

/* "f.part.3" of GCC, "f.__part.3" of Clang: likewise. */
bool name_is_part(const char *name, const char **parent, size_t *len)
{
	const char *part = strstr(name, ".part.") ?: strstr(name, ".__part.");
	const char *number = part ? strstr(part, "part.") + 5 : NULL;

	if (!part || part == name || number[digits(number)])
		return false;
	*parent = name;
	*len = (size_t)(part - name);
	return true;
}
