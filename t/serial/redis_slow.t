#!/usr/bin/perl

# Redis stops, and goes on: who waits is refused in time, what arrives too
# late reaches nobody, and a link that says nothing for long is made anew.

use warnings;
use strict;

use Test::More;
use Time::HiRes qw(time);

use Test::CRM;
use Test::CRM::Flows qw(flows provision text $lenient);
use Test::CRM::OTP qw(request);
use Test::CRM::Process qw(wait_for patience);
use Test::CRM::Words qw(said refused bearer);

use constant TIMEOUT => 0.4 * patience();       # crm_redis timeout=
use constant LATE => 0.05 * patience();
use constant CLIENTS => 40;

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    redis => 'crm_redis unix:%%REDIS%% timeout=400ms;',
    http => 'crm_api_key_cache ttl=1h;', server => $lenient),
    crm => { 'GET /contacts/JOHN' => '{"id":"JOHN"}' })->start;

my $unavailable = refused('unavailable');
my @key = (api_key => 'a key of the shop');

provision($t);

for my $n (100 .. 99 + 2 * CLIENTS) {
    $t->contact("C$n", mobile => "+35799000$n",
        identities => [ [ CARD => "card-$n" ] ]);
}

ok(wait_for(sub { request($t, SMS => [ CARD => '4000' ],
    key => $key[1])->status == 200 }), 'Redis is up');


# each flow, and a key that nobody knows yet

my @texts = ((map { text($t, $_) } flows()), Test::CRM::HTTP->text(
    GET => '/self-service/v1/contacts/JOHN', headers => [ api_key => 'new',
    bearer($t->token('JOHN')) ]));

hold();
refuses('each flow', map { start($_) } @texts);
is(said($t->get('/self-service/v1/contacts/JOHN', @key,
    bearer($t->token('JOHN')))), '200 {"id":"JOHN"}',
    'who needs no Redis goes on');
go_on();


# what is late is dropped: each of the next ones gets what is its own

for my $round (1 .. 3) {
    my $link = link_id();

    hold();
    refuses("round $round", map { start(send_text($_)) }
        100 .. 99 + CLIENTS);

    my @next = map { [ $_, start(send_text($_)) ] }
        100 + CLIENTS .. 99 + 2 * CLIENTS;

    go_on();

    my %wrong;

    for (@next) {
        my ($n, $client) = @$_;
        my $said = said($client->response('POST'));

        $wrong{$n} = $said if $said !~ /\A200 .*"\+35799\*\*\*$n"/;
    }

    is_deeply(\%wrong, {}, "round $round, each gets its own");
    is(link_id(), $link, "round $round, by the same link");
}


# after twice the timeout the link goes; nobody is kept waiting meanwhile

my $link = link_id();
my $log = qr/\[error\].*lost the link to \S+: no reply \(110:/;

hold();

my $start = time;

refuses('the last of this link', start($texts[0]));
ok(wait_for(sub { $t->error_log =~ $log }, 5), 'it is told');

my $took = time - $start;

cmp_ok($took, '>=', 2 * TIMEOUT, 'dropped after twice the timeout');
cmp_ok($took, '<', 2 * TIMEOUT + 4 * LATE, 'and not later');

pop @texts;                        # its key has been learnt
in_time('calling', start($_)) for @texts;
go_on();

my $healed = time;

ok(wait_for(sub { request($t, SMS => [ CARD => '4000' ],
    key => $key[1])->status == 200 }, 5), 'back');
cmp_ok(time - $healed, '<', patience(), 'within a second');
isnt(link_id(), $link, 'by another link');

$t->done;


sub hold  { kill 'STOP', $t->{pid}{redis} }
sub go_on { kill 'CONT', $t->{pid}{redis} }


sub start {
    my ($text) = @_;

    my $client = $t->connect;

    $client->{since} = time;
    $client->write($text);

    return $client;
}


sub send_text {
    my ($n) = @_;

    return Test::CRM::HTTP->text(POST => '/self-service/v1/contacts/otp',
        headers => \@key, json => { send_method => 'SMS',
        credentials => [ { name => 'CARD', value => "card-$n" } ] });
}


# All of them at their own deadlines, neither early nor late.

sub refuses {
    my ($name, @clients) = @_;

    my @took = in_time($name, @clients);

    cmp_ok($took[0], '>=', TIMEOUT - 0.02, "$name, none is refused early");
}


sub in_time {
    my ($name, @clients) = @_;

    my (@took, %said);

    for my $client (@clients) {
        $said{said($client->response('POST'))}++;
        push @took, time - $client->{since};
    }

    @took = sort { $a <=> $b } @took;

    is_deeply(\%said, { $unavailable => scalar @clients }, "$name, refused");
    cmp_ok($took[-1], '<', TIMEOUT + LATE, "$name, in time");

    return @took;
}


# The id of the edge's link, the one that is not this test's.

sub link_id {
    my $own = $t->redis('CLIENT', 'ID');
    my @ids = grep { $_ != $own }
        $t->redis('CLIENT', 'LIST', 'TYPE', 'normal') =~ /^id=(\d+)/gm;

    return "@ids";
}
