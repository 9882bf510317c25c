#!/usr/bin/perl

# Redis answers what no command of ours may be answered, at each command of
# each flow: an error in the log, a refusal in the API's words, and all is well
# again with the next command.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Flows qw(flows kinds provision text ask $lenient);
use Test::CRM::OTP qw(request);
use Test::CRM::Process qw(wait_for);
use Test::CRM::Wire;
use Test::CRM::Words qw(said refused);

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    redis => 'crm_redis unix:%%DIR%%/wire.sock timeout=5s;',
    http => 'crm_api_key_cache off;', server => $lenient));

my $wire = Test::CRM::Wire->new($t);

$t->start;
provision($t);
ok(wait_for(sub { ask($t, 'send')->status == 200 }), 'Redis is up');

my @pid = $t->worker_pids;
my $unavailable = refused('unavailable');
my $bad_gateway = refused('bad_gateway');


# replies of a wrong form, and the kinds of commands that they are right for

my @wrong = (
    [ 'nil', "\$-1\r\n", qw(identity) ],
    [ 'no array', "*-1\r\n", qw(identity) ],
    [ 'an integer', ":7\r\n", qw(budget issue outbox) ],
    [ 'a negative integer', ":-7\r\n", qw(budget issue outbox) ],
    [ 'a status', "+OK\r\n", qw(identity) ],
    [ 'a text', "\$4\r\nJOHN\r\n", qw(identity) ],
    [ 'an integer as text', "\$1\r\n0\r\n", qw(identity) ],
    [ 'an empty text', "\$0\r\n\r\n", qw(identity) ],
    [ 'a long text', "\$65537\r\n" . 'x' x 65537 . "\r\n" ],
    [ 'an empty array', "*0\r\n" ],
    [ 'an array of one', "*1\r\n:0\r\n" ],
    [ 'an array of 40', '*40' . "\r\n+x" x 40 . "\r\n" ],
    [ 'an array of 1000', '*1000' . "\r\n+x" x 1000 . "\r\n" ],
    [ 'nested arrays', '*1' . "\r\n*1" x 4 . "\r\n:0\r\n" ],
    (map { [ "an array of $_ arrays", "*$_" . "\r\n*1\r\n+x" x $_ . "\r\n" ],
        [ "an array of $_ integers", "*$_" . "\r\n:1" x $_ . "\r\n" ],
        [ "an array of $_ long texts", "*$_" . ("\r\n\$65537\r\n"
            . 'x' x 65537) x $_ . "\r\n" ] } 1, 2, 3, 4),
    [ 'an array of a text that is no id', "*1\r\n\$1100\r\n" . 'x' x 1100
        . "\r\n" ],
    [ 'an array of an error', "*1\r\n-ERR x\r\n" ],
);

my @errors = map { [ "-$_", "-$_ of the test\r\n" ] } qw(LOADING READONLY OOM
    NOAUTH MISCONF BUSY WRONGTYPE MOVED CLUSTERDOWN ERR);

# what ends the link; the last ones are cut

my @fatal = (
    [ 'garbage', "\x00\xff\x16\x03\x01garbage\r\n\r\n" ],
    [ 'HTTP', "HTTP/1.1 400 Bad Request\r\n\r\n" ],
    [ 'RESP3', "%1\r\n+a\r\n+b\r\n" ],
    [ '2 MB', "\$2097152\r\n" . 'x' x 2097152 . "\r\n" ],
    [ 'a length of 2 GB', "\$2147483647\r\nx" . 'x' x 1100000 ],
    [ 'a length that is negative', "\$-5\r\nabcde\r\n" ],
    [ 'an array of 2 million', "*2000000\r\n:1\r\n" ],
    [ 'too many levels', "*1\r\n" x 9 . ":1\r\n" ],
    [ 'an integer that is none', ":12a\r\n" ],
    [ 'nothing at all', '', 1 ],
    [ 'half a text', "\$100\r\nabc", 1 ],
    [ 'half an array', "*4\r\n\$1\r\na\r\n:1\r\n", 1 ],
    [ 'half a line', '+O', 1 ],
);

# replies that no flow reads, for nothing depends on them

my $unread = qr/\A(?:return|back)\z/;
my $i = 0;

for my $flow (flows()) {
    my @kinds = kinds($flow);

    # flows that begin alike are tried from where they part

    for my $n (1 .. @kinds) {
        my $kind = $kinds[$n - 1];

        next if $flow =~ /mail|phone|credential/ && $kind !~ /latest/;

        for my $reply (@wrong) {
            my ($name, $bytes, @right) = @$reply;

            next if $kind =~ $unread || grep { $_ eq $kind } @right;
            breaks($flow, $n, "$kind, $name", $bad_gateway, $bytes);
        }

        for my $reply (@errors) {
            my ($name, $bytes) = @$reply;

            breaks($flow, $n, "$kind, $name", $unavailable, $bytes);
        }

        # each ends the link, so that one in turn has to do

        my ($name, $bytes, $cut) = @{$fatal[$i++ % @fatal]};

        breaks($flow, $n, "$kind, $name", $unavailable, $bytes, $cut);
        heals($flow, "$kind, $name");
    }
}

for my $reply (@fatal) {
    my ($name, $bytes, $cut) = @$reply;

    breaks('send', 3, $name, $unavailable, $bytes, $cut);
    heals('send', $name);
}


# more replies than there were questions: the next client gets its own

$t->contact('JANE', mobile => '+35799123777',
    identities => [ [ CARD => '5000' ] ]);

my $john = "\$4\r\nJOHN\r\n";

for my $extra ($john, "\$-1\r\n", '*1', "*1\r\n", "\$4\r\nJO", "\$", "\r\n",
    "-ERR x\r\n", $john x 5)
{
    my $name = "$extra too much" =~ s/\r\n/ /gr;

    $wire->say(3, $john . $extra);
    like(said(request($t, SMS => [ CARD => '4000' ],
        key => 'a key of the shop')), qr/\A200 .*\*\*\*834|\A503 /, $name);
    $wire->plan('pass');

    my $r;

    ok(wait_for(sub {
        $r = request($t, SMS => [ CARD => '5000' ],
            key => 'a key of the shop');
        $r->status != 503
    }), "$name, answered");
    like(said($r), qr/\A200 .*"\+35799\*\*\*777"/, "$name, and with its own");
}

is("@{[ $t->worker_pids ]}", "@pid", 'the same worker');

$t->done;


sub breaks {
    my ($flow, $n, $name, $expected, $bytes, $cut) = @_;

    my $text = text($t, $flow);
    my $at = errors();

    $wire->say($n, $bytes, $cut);
    is(said($t->http($text)), $expected, "$flow, $name");
    $wire->plan('pass');
    cmp_ok(errors(), '>', $at, "$flow, $name, is told");
}


sub heals {
    my ($flow, $name) = @_;

    ok(wait_for(sub { ask($t, 'send')->status == 200 })
        && ask($t, $flow)->status == 200, "$flow, $name, is over");
}


sub errors { scalar(() = $t->error_log =~ /\[error\]/g) }
