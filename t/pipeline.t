#!/usr/bin/perl

# Twenty requests in one write, flows that wait for Redis among those that are
# passed on and those that are refused: each is answered, in its turn, and
# with its own.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Flows qw(provision $lenient);
use Test::CRM::Process qw(wait_for);
use Test::CRM::Words qw(said refused bearer);

use constant ROUNDS => 20;

my $v1 = '/self-service/v1';

my $t = Test::CRM->new(workers => 2, conf => Test::CRM::conf_selfservice(
    server => $lenient,
    locations => 'location = /health { crm_status health; }'),
    crm => { map { ("GET /contacts/JOHN/wallets?n=$_" => qq({"n":$_})) }
        1 .. 4 })->start;

provision($t);
ok(wait_for(sub { $t->get('/health')->status == 200 }), 'ready');

for my $n (10 .. 19) {
    $t->contact("C$n", mobile => "+357990000$n",
        identities => [ [ CARD => "card-$n" ] ]);
}

my @key = (api_key => 'a key of the shop');
my @john = bearer($t->token('JOHN'));

my @rows = (
    (map { sent($_), passed($_ - 9) } 10 .. 13),
    [ GET => '/contacts/JOHN', [], undef, refused('no_token') ],
    sent(14),
    [ POST => '/contacts/otp', \@key, '{}', refused('missing',
      'send_method') ],
    [ POST => '/contacts/otp', \@key, '{', refused('invalid_json') ],
    sent(15),
    [ GET => '/contacts/JANE', \@john, undef, refused('forbidden') ],
    [ POST => '/contacts/otp', [ api_key => 'none' ], '{}',
      refused('wrong_api_key') ],
    sent(16),
    [ POST => '/contacts/refresh', \@key, '{"refresh_token":"v1.x"}',
      refused('wrong_token') ],
    [ POST => '/contacts/validate-otp', \@key, '{"code":"123456",'
      . '"credentials":[{"name":"CARD","value":"card-17"}]}',
      '400 {"status":400,"message":"Invalid one-time password.","error":'
      . '"CRM.EXCEPTIONS.INVALIDOTPEXCEPTION","parameters":[]}' ],
    [ HEAD => '/contacts/JANE', \@john, undef, '403 ' ],
    sent(18),
);

my $text = join '', map {
    my ($method, $target, $headers, $body) = @$_;
    Test::CRM::HTTP->text($method, "$v1$target", headers => $headers,
        defined $body ? (body => $body) : ());
} @rows;

is(scalar @rows, 20, 'twenty');

for my $round (1 .. ROUNDS) {
    my $client = $t->connect;
    my @said;

    # whole, and as it may come: in two parts that know of no request

    my $cut = $round == 1 ? length $text
                          : length($text) * $round / (ROUNDS + 1);

    $client->write(substr $text, 0, $cut);
    push @said, said($client->response($_->[0]))
        for $round == 1 ? @rows : ();
    $client->write(substr $text, $cut);
    push @said, said($client->response($_->[0]))
        for $round == 1 ? () : @rows;

    my @wrong = grep { ref $rows[$_][4] ? $said[$_] !~ $rows[$_][4]
                                        : $said[$_] ne $rows[$_][4] } 0 .. 19;

    is_deeply({ map { $_ => $said[$_] } @wrong }, {},
        "round $round, each its own");
}

$t->done;


# A code for somebody, who is shown as nobody else is.

sub sent {
    my ($n) = @_;

    return [ POST => '/contacts/otp', \@key, '{"send_method":"SMS",'
        . qq("credentials":[{"name":"CARD","value":"card-$n"}]}),
        qr/\A200 \{"obfuscated_value":"\+35799\*\*\*0$n","auth_otp":"[^"]+"}/
    ];
}


sub passed {
    my ($n) = @_;

    return [ GET => "/contacts/JOHN/wallets?n=$n", [ @key, @john ], undef,
        qq(200 {"n":$n}) ];
}
