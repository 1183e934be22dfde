// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A driver-like file with a hole, and (-DPATCHED) its fix: the length that
 * user space passes is checked before it is used, by a new function.
 */
typedef unsigned long size_t;

extern int printk(const char *fmt, ...);
extern void *memcpy(void *to, const void *from, size_t n);

struct device {
	char name[16];
	const struct operations *ops;
};

struct operations {
	int (*rename)(struct device *dev, const char *name, size_t len);
};

static unsigned int nr_renamed;
static struct device *last;

static void remember(struct device *dev)
{
	last = dev;
	nr_renamed++;
	printk("%u devices renamed\n", nr_renamed);
}

#ifdef PATCHED
__attribute__((noinline)) static int too_long(const struct device *dev, size_t len)
{
	if (len < sizeof(dev->name))
		return 0;
	printk("%s: name of %lu bytes refused\n", dev->name, len);
	return 1;
}
#endif

static int device_rename(struct device *dev, const char *name, size_t len)
{
#ifdef PATCHED
	if (too_long(dev, len))
		return -22;
#endif
	memcpy(dev->name, name, len);
	dev->name[len] = 0;
	remember(dev);
	return 0;
}

const struct operations device_operations = {
	.rename = device_rename,
};

unsigned int device_renames(void)
{
	return nr_renamed;
}
