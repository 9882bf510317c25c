# Every habit has one name here; `make help` lists them.

SHELL         := bash
.SHELLFLAGS   := -eu -o pipefail -c
.DEFAULT_GOAL := all
MAKEFLAGS     += --no-print-directory

TOP      := $(CURDIR)
O        := $(TOP)/objs
NGX_SRC  := /usr/share/nginx/src
NGINX    := $(shell PATH=$$PATH:/usr/sbin command -v nginx \
              || echo /usr/sbin/nginx)
MODULES  := /usr/lib/nginx/modules
JOBS     := $(shell nproc)

# NGINX's handlers have arguments that they do not use: their type asks for
# them.  All other warnings are errors, here as in NGINX's own build.

WARNINGS := -Wall -Wextra -Werror -Wno-unused-parameter

SOURCES  := $(wildcard ngx_crm_module.c src/*/*.c)
FILES    := $(SOURCES) $(wildcard src/*.h src/*/*.h src/*/*.lua)
TESTED   := $(wildcard src/base/*.c src/engine/*.c)
UNITS    := $(patsubst t/unit/%.c,$O/unit/%,\
              $(filter-out t/unit/stub.c,$(wildcard t/unit/*.c)))
TOOLS    := $(patsubst t/tool/%.c,$O/tool/%,$(wildcard t/tool/*.c))
INCS     := $(patsubst %,-I $(NGX_SRC)/src/%,core event event/modules \
              os/unix http http/modules http/v2) -I $O -I src
LIBS     := -ljansson -ljwt -lcrypt -largon2 -lcrypto -lm

# configure must find its own sources in the working directory, and Debian's
# flags are a bash array

CONFIGURE = . ./conf_flags && ./configure "$${NGX_CONF_FLAGS[@]}" \
    --with-cc-opt="$$(dpkg-buildflags --get CFLAGS) -fPIC \
        $$(dpkg-buildflags --get CPPFLAGS) $(WARNINGS)" \
    --with-ld-opt="$$(dpkg-buildflags --get LDFLAGS) -fPIC"
TARGETS  := modules
UNIT_OPT := -g -O1

export TEST_NGINX_BINARY ?= $(NGINX)
export TEST_CRM_OBJS     ?= $O


.PHONY: all help deps unit test prove hard sanitize valgrind check fuzz \
    bench bench-scan bench-rewrite instructions run stop install package clean

all: $O/Makefile ## Build objs/ngx_crm_module.so against the system's NGINX
	@$(MAKE) -s -j $(JOBS) -f $O/Makefile -C $(NGX_SRC) $(TARGETS)

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' \
	    $(firstword $(MAKEFILE_LIST))

deps: ## Install the packages that are missing (Debian 12)
	@./.ci/deps

unit: $(UNITS) $(TOOLS) ## Build the unit tests, and what tests call

test: deps ## Build, then run all tests; needs nothing but this clone
	@$(MAKE) all
	@$(MAKE) -j $(JOBS) unit
	@$(MAKE) prove

prove: ## Run the tests that are built
	@prove -j 4 -I t/lib t t/serial

hard: deps ## Build, then run the long tests, of faults and floods
	@./.ci/deps wrk
	@$(MAKE) all
	@$(MAKE) -j $(JOBS) unit
	@prove -I t/lib t/hard

run: deps ## Start a demo edge on 127.0.0.1:$RUN_PORT (8080)
	@$(MAKE) all
	@./demo/run

stop: ## Stop the demo edge
	@./demo/stop

install: all ## Copy the module to NGINX's modules, under $DESTDIR
	install -D -m 644 $O/ngx_crm_module.so \
	    $(DESTDIR)$(MODULES)/ngx_crm_module.so

package: ## Build the Debian package, objs/libnginx-mod-http-crm_*.deb
	@dpkg-checkbuilddeps
	@debian/rules binary
	@debian/rules clean

clean: ## Remove what was built
	rm -rf $O


# configure runs anew only where it, or the list of files, has changed

$O/Makefile: config $O/files $(wildcard $(NGX_SRC)/conf_flags)
	@echo configuring for $(NGX_SRC)
	@cd $(NGX_SRC) && { $(CONFIGURE) --builddir=$O \
	    --add-dynamic-module=$(TOP) > $O/configure.log 2>&1 \
	    || { cat $O/configure.log; rm -f $@; exit 1; }; }

$O/files: FORCE
	@mkdir -p $O/unit
	@echo $(FILES) $(TOP) | cmp -s - $@ || echo $(FILES) $(TOP) > $@

FORCE: ;


# The unit tests link the objects that the module is made of, without NGINX.

$O/unit/libcrm.a: $O/Makefile $(FILES)
	@$(MAKE) -s -j $(JOBS) -f $O/Makefile -C $(NGX_SRC) \
	    $(TESTED:src/%.c=$O/addon/%.o)
	@rm -f $@ && ar rcs $@ $(TESTED:src/%.c=$O/addon/%.o)

$(UNITS): $O/unit/libcrm.a t/unit/stub.c $(wildcard t/unit/*.h)
$(UNITS): $O/unit/%: t/unit/%.c
	@echo building t/unit/$*
	@$(CC) $(UNIT_OPT) $(WARNINGS) $(INCS) -I t/unit -o $@ \
	    $< t/unit/stub.c $O/unit/libcrm.a -l:libhiredis.a $(LIBS)


# A client's side of what the edge does, that shares no code with it.

$(TOOLS): $O/tool/%: t/tool/%.c
	@echo building t/tool/$*
	@mkdir -p $O/tool
	@$(CC) $(UNIT_OPT) $(WARNINGS) -o $@ $< -lcrypto


# NGINX's own release, of the installed version, without pools, so that each
# allocation is seen: its directory, the flags of both, and of the linker.

define unpooled
@./.ci/nginx-source $1
@$(MAKE) O=$1 NGX_SRC=$1/release UNIT_OPT='$2' \
    TARGETS='binary modules' CONFIGURE="./configure \
    --with-debug --with-compat --with-threads --with-http_ssl_module \
    --with-http_v2_module --with-http_realip_module \
    --with-http_auth_request_module --with-http_stub_status_module \
    --with-http_addition_module --with-http_sub_module \
    --with-http_slice_module \
    --with-cc-opt='$2 -DNGX_DEBUG_PALLOC=1 $(WARNINGS)' \
    --with-ld-opt='$2 $3'" all unit
endef

# It is linked with libcrypt: ASan intercepts crypt_r(), and finds the real one
# only if it is there when the program starts.  The module stays loaded to the
# end, for what its statics hold is not lost.

SAN      := $O/sanitize
SAN_LD   := -Wl,--no-as-needed -lcrypt -Wl,-z,nodelete
SAN_OPT  := -g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined

sanitize: deps ## Run all tests under AddressSanitizer and UBSan
	$(call unpooled,$(SAN),$(SAN_OPT),$(SAN_LD))
	@$(MAKE) prove O=$(SAN) TEST_NGINX_BINARY=$(SAN)/nginx \
	    TEST_CRM_OBJS=$(SAN)

# NGINX takes 20 to 50 times as long there, and tests wait for it 5 times as
# long; see patience() in t/lib.  The demo starts NGINX itself, without it.

VAL      := $O/valgrind
VAL_LD   := -Wl,-z,nodelete

valgrind: deps ## Run all tests under valgrind's memcheck
	@./.ci/deps valgrind
	$(call unpooled,$(VAL),-g -O1,$(VAL_LD))
	@TEST_NGINX_VALGRIND=1 TEST_NGINX_BINARY=$(VAL)/nginx \
	    TEST_CRM_OBJS=$(VAL) prove -j $(JOBS) -I t/lib t t/serial


check: $O/Makefile ## Read the sources with cppcheck and clang-tidy
	@cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 \
	    --enable=warning,performance,portability \
	    --suppressions-list=.ci/cppcheck -I src $(SOURCES)
	@clang-tidy --quiet $(SOURCES) -- $(INCS)


fuzz: ## Fuzz all that reads foreign bytes, or $FUZZ, $FUZZ_TIME s each (60)
	@./fuzz/run $O/fuzz $(FUZZ)

bench: deps ## Measure the edge beside bare NGINX, Lua, njs and HAProxy
	@./bench/deps || echo 'measuring without what could not be installed'
	@$(MAKE) all
	@$(MAKE) bench-scan bench-rewrite
	@./bench/run

bench-rewrite: all ## Measure what rewriting adds to a proxied request
	@./bench/rewrite

bench-scan: $O/bench-scan ## Measure the scanner beside jansson
	@$O/bench-scan bench/bodies/*.json

$O/bench-scan: bench/scan.c $O/unit/libcrm.a t/unit/stub.c \
    $(wildcard t/unit/*.h)
	@$(CC) -O2 $(WARNINGS) $(INCS) -I t/unit -o $@ \
	    $< t/unit/stub.c $O/unit/libcrm.a -ljansson -lcrypto

instructions: all ## Count what a request costs, with valgrind's callgrind
	@./bench/instructions
