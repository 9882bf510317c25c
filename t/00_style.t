#!/usr/bin/perl

# The house rules that can be read off the text: where a name may live, what
# a file may include, and how long and how wide anything may be.

use warnings;
use strict;

use Cwd qw(abs_path);
use File::Basename qw(basename dirname);
use File::Find qw(find);
use Test::More;

chdir dirname(abs_path(__FILE__)) . '/..' or die "chdir: $!";

my %floor = (base => 0, engine => 1, store => 2, gate => 3, flows => 3,
    apis => 4, edge => 5);

# among these, files of one folder may lean on each other
my %sociable = map { $_ => 1 } qw(base engine store gate edge);

# a library is known to the files that stand in front of it, and to no others
my %library = (
    'hiredis'      => qr{^src/engine/ngx_crm_(?:redis|reply)},
    'crypt\.h'     => qr{^src/base/ngx_crm_password},
    'argon2\.h'    => qr{^src/base/ngx_crm_password},
);

my %text;

find({ no_chdir => 1, wanted => sub {
    return $File::Find::prune = 1 if m{^\./(?:\.git|objs)$};
    s{^\./}{};
    $text{$_} = slurp($_)
        if m{\.(?:[ch]|lua|js|pm|t|pl|conf|md|yml)$|^\.ci/|^demo/|file$
            |^(?:bench|fuzz)/\w+$}x && -f && !-B;
} }, '.');

my @all = sort keys %text;
my @c = grep { /\.[ch]$/ } @all;
my @code = grep { m{^src/|^ngx_crm_module\.c} && /\.[ch]$/ } @all;

rule('79 columns', sub { grep { length > 79 } split /\n/, $_[1] },
    grep { !/\.md$/ } @all);
rule('no tabs', sub { grep { /\t/ } split /\n/, $_[1] },
    grep { !/Makefile/ } @all);
rule('no trailing spaces', sub { grep { /[ \t]$/ } split /\n/, $_[1] }, @all);
rule('ends with one newline', sub { $_[1] !~ /[^\n]\n\z/ ? 'end' : () }, @all);
rule('no left-overs', sub { $_[1] =~ /\b(TO[D]O|FIX[M]E|HAC[K])\b/g },
    @all);
rule('no path of one machine', sub { $_[1] =~ m{(/(?:root|home|work)/\S*)}g },
    @all);

rule('a file has 400 lines at most', sub { longer($_[1], 400) },
    grep { !/\.md$/ } @all);
rule('a header has 80 lines at most', sub { longer($_[1], 80) },
    grep { m{^src/.*\.h$} } @all);
rule('a function has 60 lines at most', \&long_functions, @c);
rule('two blank lines after a function', sub {
    $_[1] =~ /\n\}\n(?!\n\n[^\n]|\n*\#|\z)([^\n]*\n[^\n]*\n[^\n]*)/g }, @c);
rule('no // comments', sub { bare($_[1]) =~ m{(//.*)}g }, @c);

rule('includes go down', \&climbing, grep { m{^src/} } @code);
rule('libraries stay behind their files', \&exposed, @code);
rule('a header has its source beside it', sub {
    my $source = $_[0] =~ s/h$/c/r;
    -e $source ? () : $source }, grep { m{^src/\w+/.*\.h$} } @all);
rule('a script is embedded', sub {
    my ($path) = $_[0] =~ m{^src/(.*)};
    grep({ /"\Q$path\E"/ } @text{@code}) ? () : $path },
    grep { m{^src/.*\.lua$} } @all);

rule('a script asks for the members in their order', sub {
    my ($c) = $text{'src/store/ngx_crm_person.c'}
        =~ /ngx_crm_person_members\[\w+\] = \{(.*?)\};/s;
    my ($lua) = $_[1] =~ /'HMGET', KEYS\[3\],(.*?)\)/s;
    join(' ', ($c // '') =~ /"(\w+)"/g)
        eq join(' ', ($lua // '') =~ /'(\w+)'/g) ? () : 'others' },
    grep { /rotate\.lua$/ } @all);

rule('a source is named for the project', sub {
    basename($_[0]) =~ /^ngx_crm(?:_|\.)/ ? () : $_[0] },
    @code, grep { m{^src/.*\.lua$} } @all);
rule('functions bear the name of their file', \&strange_functions, @code);
rule('names at file scope begin with ngx_crm_', \&strange_names, @code);

rule('the README names each directive', sub {
    my $readme = $text{'README.md'} // '';
    grep { $readme !~ /\b$_\b/ } $_[1] =~ /ngx_string\("(crm_\w+)"\)/g },
    grep { /^ngx_crm_module\.c$/ } @all);
rule('documents name what is there', sub {
    my ($in) = $_[0] =~ m{^(.*/)?};
    grep { my $path = $_; !grep { -e } map { glob "$_$path" } '', $in // '' }
        $_[1] =~ m{[`(]((?:t|src|bench|fuzz|conf|demo|debian|\.ci)/[\w./*]*
            |\w+\.md)\b[`)]}gx }, grep { /\.md$/ } @all);

done_testing();


# Calls a sub with the path and the text of each file; it returns offences.

sub rule {
    my ($name, $sub, @files) = @_;

    my @wrong;

    for my $file (@files) {
        push @wrong, map { "$file: $_" } $sub->($file, $text{$file});
    }

    is(join("\n", @wrong), '', $name);
}


sub slurp {
    my ($path) = @_;

    open my $fh, '<:encoding(UTF-8)', $path or die "$path: $!";
    local $/;

    return scalar <$fh> // '';
}


sub longer {
    my ($text, $most) = @_;

    my $lines = $text =~ tr/\n//;

    return $lines > $most ? "$lines lines" : ();
}


# The text of a C file without comments, and with its strings emptied.

sub bare {
    my ($text) = @_;

    $text =~ s{(/\*.*?\*/)|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'}
              {defined $1 ? $1 =~ s/[^\n]//gr : '""'}gse;

    return $text;
}


# Its function definitions, as pairs of name and number of lines.

sub functions {
    my ($text) = @_;

    my @found;

    $text = bare($text);

    while ($text =~ /^(\w+)\([^;{}]*\)\n\{\n(.*?)^\}\n/gms) {
        my ($name, $body) = ($1, $2);
        push @found, [ $name, 2 + $body =~ tr/\n// ];
    }

    return @found;
}


sub long_functions {
    my ($file, $text) = @_;

    return map { "$_->[0]() has $_->[1]" } grep { $_->[1] > 60 }
        functions($text);
}


sub strange_functions {
    my ($file, $text) = @_;

    my $stem = basename($file) =~ s/\.[ch]$//r;

    $stem = 'ngx_crm' if $stem eq 'ngx_crm_module';

    return grep { !/^\Q$stem\E(?:_|$)/ } map { $_->[0] } functions($text);
}


# Variables, types, tags, and the macros that others see.

sub strange_names {
    my ($file, $text) = @_;

    $text = bare($text);

    my @names = (
        $text =~ /^(?:static|extern|const|ngx_|struct|u_char|char|int|size_t)
                  [\w \t*]*?[ \t*](\w+)[ ]*(?:\[[^\]]*\])*[ ]*(?:=|;)/gmx,
        $text =~ /^\}[ \t]*\**(\w+);/gm,
        $text =~ /^(?:typedef )?(?:struct|enum|union)\s+(\w+)\s*\{/gm,
        $file =~ /h$/ ? $text =~ /^#[ ]*define\s+(\w+)/gm : (),
    );

    return grep { !/^_?ngx_crm(?:_|$)/i } @names;
}


sub climbing {
    my ($file, $text) = @_;

    my ($folder) = $file =~ m{^src/(\w+)/};
    my $own = $file =~ s{^src/(.*)\.[ch]$}{$1.h}r;
    my @wrong;

    for my $include ($text =~ /^#include\s+"([^"]+)"/gm) {
        my ($to) = $include =~ m{^(\w+)/};

        next if $include eq $own;

        if (!defined $to) {
            push @wrong, $include if ($folder // '') eq 'base';
            next;
        }

        next if defined $folder && exists $floor{$to}
            && ($floor{$to} < $floor{$folder}
                || $to eq $folder && $sociable{$to});

        push @wrong, $include;
    }

    push @wrong, '<ngx_http.h>'
        if ($folder // '') eq 'base' && $text =~ /<ngx_http\.h>/;

    return @wrong;
}


sub exposed {
    my ($file, $text) = @_;

    return grep {
        $text =~ /^#include\s+[<"](?:\w+\/)*$_/m && $file !~ $library{$_}
    } sort keys %library;
}
