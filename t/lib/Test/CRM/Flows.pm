package Test::CRM::Flows;

# All that the edge answers itself, as requests that succeed while all is
# well: what tests of faults break, one command before the other.
#
#     provision($t);                          # once Redis runs
#     my $client = begin($t, 'validate');     # sends, and waits for nothing
#     my $r = ask($t, 'validate');
#     for my $flow (flows()) { … kinds($flow) … }

use warnings;
use strict;

use Exporter qw(import);

use Test::CRM::OTP qw(sent);

our @EXPORT_OK = qw(flows kinds provision parts text begin ask $lenient);

# limits that no test of faults meets
our $lenient = 'crm_otp cooldown=0 per_hour=1000 per_app=1000000;
        crm_login failures=1000 global=1000;';

my $path = '/self-service/v1/contacts';
my $card = { name => 'CARD', value => '4000' };
my $hash;


# The path, the body, and what Redis is asked for, command by command, where
# no API key is cached.

my %flows = (
    send => [ 'otp', sub { { send_method => 'SMS',
        credentials => [ $card ] } },
        qw(key budget identity contact issue outbox) ],

    handle => [ 'validate-otp', sub { code($_[0], 1) },
        qw(key budget find contact try return session) ],

    credential => [ 'validate-otp', sub { code($_[0], 0) },
        qw(key budget identity contact latest latest find contact try return
            session) ],

    password => [ 'authenticate', sub { { provider => 'EMAIL',
        username => 'john@crm.com', password => 'a good password' } },
        qw(key attempts identity contact back session) ],

    mail => [ 'authenticate', sub { { provider => 'EMAIL',
        username => 'john@crm.com' } },
        qw(key budget identity contact issue outbox) ],

    phone => [ 'authenticate', sub { { provider => 'PHONE',
        phone_number => '99123834', country_code => 'CYP' } },
        qw(key budget identity contact issue outbox) ],
);


sub flows { sort keys %flows }


sub kinds {
    my ($flow) = @_;

    my ($to, $body, @kinds) = @{$flows{$flow}};

    return @kinds;
}


sub provision {
    my ($t) = @_;

    # of the kind that new ones are, so that it is not hashed anew

    $hash //= crypt 'a good password', '$y$j9T$abcdefgh';

    $t->secret('a good password');
    $t->api_key('a key of the shop', app => 'shop');
    $t->contact('JOHN', mobile => '+35799123834', email => 'john@crm.com',
        password_hash => $hash, identities => [ [ CARD => '4000' ],
        [ EMAIL => 'john@crm.com' ], [ PHONE => '+35799123834' ] ]);
}


sub code {
    my ($t, $by_handle) = @_;

    my ($handle, $message) = sent($t, SMS => [ CARD => '4000' ],
        key => 'a key of the shop');

    return { code => $message->{code}, credentials => [ $by_handle
        ? { name => 'AUTH_OTP', value => $handle } : $card ] };
}


# What a client says: the path, the headers, the body.

sub parts {
    my ($t, $flow) = @_;

    my ($to, $body) = @{$flows{$flow}};

    return ("$path/$to", headers => [ api_key => 'a key of the shop' ],
        json => $body->($t));
}


sub text {
    my ($t, $flow) = @_;

    return Test::CRM::HTTP->text(POST => parts($t, $flow));
}


sub begin {
    my ($t, $flow) = @_;

    my $text = text($t, $flow);
    my $client = $t->connect;

    $client->write($text);

    return $client;
}


sub ask {
    my ($t, $flow) = @_;

    return $t->seen(begin($t, $flow)->response('POST'));
}


1;
