#!/usr/bin/perl

# Somebody else has registered an address: its owner proves it, and of what
# the stranger has set and opened nothing stays.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::OTP qw(validate request newest handle);
use Test::CRM::Process qw(wait_for);
use Test::CRM::Register qw(conf register by_mail by_phone);
use Test::CRM::Session qw(refresh);
use Test::CRM::Wire;
use Test::CRM::Words qw(said refused bearer);

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(conf(
    redis => 'crm_redis unix:%%DIR%%/wire.sock timeout=300ms;',
    http => 'crm_api_key_cache ttl=1h;')));

my $wire = Test::CRM::Wire->new($t,
    asked => qr/\A(?:GET|HSET|HMGET|ZRANGE|EVALSHA|EVAL)\z/);

$t->start;
$t->api_key('key', app => 'shop');
$t->secret('of the stranger', 'of the owner');

my $base = '/self-service/v1/contacts';
my $n = 0;
my ($cid, $mail);

ok(wait_for(sub { login('none')->status == 400 }), 'Redis is up');


# how the owner proves it, beside which the stranger is signed in

my %proofs = (
    'a code, by the address' => sub { code(EMAIL => $mail) },
    'a code, by its handle'  => sub { code() },
    'a mailed token'         => sub {
        my $token = ticket('verify');
        is(said($t->get("$base/verify_email/$token")), '200 ', 'verified');
    },
    'a new password' => sub {
        is(reset_password(ticket('reset'), 'of the owner')->status, 200,
            'changed');
    },
);

for my $how (sort keys %proofs) {
    somebody();

    my $stranger = stranger();

    is(login('of the stranger')->status, 200, "$how: the stranger is in");
    is(own($stranger)->status, 200, "$how: and reads");
    is(member('is_verified'), 'false', "$how: not verified");

    $proofs{$how}->();

    is(member('is_verified'), 'true', "$how: verified");
    is(member('registered'), undef, "$how: no longer registered");
    is(login('of the stranger')->status, 400, "$how: the password is void");
    is(said(own($stranger)), refused('wrong_token'), "$how: the token is");
    is(said(refresh($t, $stranger->{refresh_token})), refused('wrong_token'),
        "$how: and the session");
}

is(login('of the owner')->status, 200, 'the new password stays');


# once: what the owner does next ends nothing

my $reply = code(EMAIL => $mail)->json;

is(login('of the owner')->status, 200, 'the next code leaves the password');
is(own($reply)->status, 200, 'and sessions');
code(EMAIL => $mail);
is(own($reply)->status, 200, 'the one after, too');


# on: a password waits for the code of its own registration

my %meanwhile = (
    'its handle' => sub {}, 'the address' => sub {},
    'another handle' => sub { code(EMAIL => $mail) },
    'the handle of another code' => sub {
        $_[0] = request($t, EMAIL => [ EMAIL => $mail ]) },
    'the address, for no handle' => sub {
        $t->redis('HSET', "crm:live:contact:{$cid}", pending_otp => '') },
    'its handle, for no password' => sub {
        $t->redis('HDEL', "crm:live:contact:{$cid}", 'pending') },
);

for my $how (sort keys %meanwhile) {
    somebody();

    my $r = register($t, by_mail($mail, 'of the stranger'));
    my $code = newest($t)->{code};

    is(login('of the stranger')->status, 400, "$how: it waits");
    $meanwhile{$how}->($r);
    $code = newest($t)->{code} if $how =~ /another code/;

    my $by = $how =~ /^the address/ ? [ EMAIL => $mail ]
                                    : [ AUTH_OTP => handle($r) ];

    if ($how eq 'another handle') {
        is(validate($t, $by, $code)->status, 400, "$how: it is void");

    } else {
        is(validate($t, $by, $code)->status, 200, "$how: proven");
    }

    is(login('of the stranger')->status, $how eq 'its handle' ? 200 : 400,
        "$how: the password");
    is(member($_), undef, "$how: no $_") for qw(pending pending_otp);
}


# a contact that the CRM calls unverified is one; of others nothing is voided

for my $row ([ 'false', 400 ], [ undef, 200 ], [ 'true', 200 ]) {
    my ($is, $status) = @$row;

    somebody();
    $t->contact($cid, email => $mail, identities => [ [ EMAIL => $mail ] ],
        password => 'of the owner', $is ? (is_verified => $is) : ());

    is(code(EMAIL => $mail)->json->{contact}{is_verified}, 'true',
        'is_verified: ' . ($is // 'none'));
    is(login('of the owner')->status, $status, 'its password');
}


# cut off at each step: the next proof does it all

for my $i (1 .. 7) {
    for my $what (qw(drop lose)) {
        somebody();

        my $stranger = stranger();
        my $r = request($t, EMAIL => [ EMAIL => $mail ]);
        my $code = newest($t)->{code};

        # behind the budget, the look-up by the handle, and the try
        $wire->plan($what, 4 + $i + ($what eq 'lose' ? 0 : 1));
        validate($t, [ AUTH_OTP => handle($r) ], $code);
        $wire->plan('pass');
        ok(wait_for(sub { login('none')->status == 400 }), "$what $i");

        code(EMAIL => $mail);

        is(member('is_verified'), 'true', "$what $i: verified");
        is(login('of the stranger')->status, 400, "$what $i: the password");
        is(said(own($stranger)), refused('wrong_token'),
            "$what $i: the token");
    }
}

$t->done;


sub somebody {
    $cid = 'CAD' . ++$n;
    $mail = "somebody$n\@crm.com";
    $t->crm('POST /contacts/register' => { json => { id => $cid } },
        "GET /contacts/$cid" => '{}');
}


sub stranger {
    return register($t, by_mail($mail, 'of the stranger'),
        path => '/off/contacts/register')->json;
}


sub login {
    return $t->post("$base/authenticate", { provider => 'EMAIL',
        username => $mail // 'nobody@crm.com', password => $_[0] },
        api_key => 'key');
}


sub code {
    my (@by) = @_;

    my $r = request($t, EMAIL => [ EMAIL => $mail ]);

    @by = (AUTH_OTP => handle($r)) unless @by;
    $r = validate($t, \@by, newest($t)->{code});
    is($r->status, 200, 'the code is right');

    return $r;
}


sub ticket {
    my ($kind) = @_;

    my $token = 'l' . 'A' x 42 . ($kind eq 'reset' ? 'A' : 'E');
    my $digest = $t->sha256_hex($token);

    $t->redis('SET', "crm:live:$kind:{$digest}", "$cid $mail");
    $t->redis('SET', "crm:live:reset:{$cid}:newest", $digest);

    return $token;
}


sub reset_password {
    my ($token, $password) = @_;

    return $t->post("$base/change_password", { token => $token,
        password => $password });
}


sub own {
    my ($reply) = @_;

    return $t->get("$base/$cid", bearer($reply->{access_token}));
}


sub member { $t->redis('HGET', "crm:live:contact:{$cid}", $_[0]) }
