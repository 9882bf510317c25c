package Test::CRM::Load::User;

# Clients of Test::CRM::Load, and how their answers are judged:
#
#     pass    a route of the CRM, with a key and a token
#     flow    a code by SMS, which signs in; three refreshes; the contact's
#             own data; now and then a sign-out, and the data again
#
# Each is somebody else at each round, so that an answer that was meant for
# another client is seen.  Right refusals are 503 at any time, and what is
# excused: `bad_gateway`, and `lost` where Redis has lost what it was told.

use warnings;
use strict;

use Exporter qw(import);

use Test::CRM::HTTP;
use Test::CRM::Words qw(refused bearer);

our @EXPORT_OK = qw(provision);

use constant PEOPLE => 6400;
use constant PATIENCE => 15;       # seconds for a letter

my $v1 = '/self-service/v1/contacts';
my $key = 'a key of the shop';
my %letters;

my $wrong_otp = '400 {"status":400,"message":"Invalid one-time password.",'
    . '"error":"CRM.EXCEPTIONS.INVALIDOTPEXCEPTION","parameters":[]}';
my $uuid = qr/[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/;

# what all steps send, what is right, and what is besides while it is excused

my %steps = (
    pass => [ \&ask_own, \&right_own ],
    send => [ \&ask_send, \&right_send ],
    validate => [ \&ask_validate, \&right_tokens, $wrong_otp ],
    refresh => [ \&ask_refresh, \&right_tokens, refused('wrong_token') ],
    own => [ \&ask_own, \&right_own ],
    sign_out => [ \&ask_sign_out, \&right_sign_out, refused('wrong_token') ],
    gone => [ \&ask_own, \&right_gone ],
);


# Puts the contacts of all clients and their key into Redis, and as many again
# that no client here uses.

sub provision {
    my ($t) = @_;

    $t->api_key($key, app => 'shop');
    $t->redis('EVAL', <<'END', 0, 2 * PEOPLE);
        for n = 1, ARGV[1] do
            local cid = 'C' .. (9999 + n)
            redis.call('HSET', 'crm:live:contact:{' .. cid .. '}',
                'mobile', '+357990' .. (9999 + n), 'state', 'active')
            redis.call('SET', 'crm:live:identity:{CARD:card-' .. cid .. '}',
                cid)
        end
END
}


sub new {
    my ($class, $kind, $n, $of, $t, $excused) = @_;

    my $self = bless { kind => $kind, n => $n, of => $of, t => $t,
        excused => $excused, round => 0,
        pause => $kind eq 'pass' ? 0.008 : 0.016 }, $class;

    $self->restart;

    return $self;
}


sub letter {
    my ($to, $code) = @_;

    $letters{$to} = $code;
}


# Begins anew, as the next person.

sub restart {
    my ($self) = @_;

    my $n = ($self->{n} + $self->{of} * $self->{round}++) % PEOPLE + 10_000;

    delete @$self{qw(code unsure)};
    $self->{cid} = "C$n";
    $self->{to} = "+357990$n";
    $self->{step} = 'send';

    if ($self->{kind} eq 'pass') {
        $self->{step} = 'pass';
        $self->{access} = $self->{t}->token("C$n");
    }
}


sub request {
    my ($self) = @_;

    my ($ask) = @{$steps{$self->{step}}};

    return ($self->{step}, $ask->($self));
}


# Whether the next request can be made: the code must have come.

sub ready {
    my ($self, $now) = @_;

    return 1 if $self->{step} ne 'validate' || defined $self->{code};

    $self->{code} = delete $letters{$self->{to}};
    return 1 if defined $self->{code};

    # a message that never comes is a wrong code, and judged as one

    return 0 if $now - $self->{at} < ($self->{excused}{lost} ? 1 : PATIENCE);

    $self->{code} = 'none';

    return 1;
}


sub judge {
    my ($self, $said) = @_;

    my ($ask, $right, $besides) = @{$steps{$self->{step}}};

    return 'right' if $right->($self, $said);

    if ($said eq refused('unavailable')
        || $said eq refused('bad_gateway') && $self->{excused}{bad_gateway})
    {
        # its outcome is unknown, and it may be asked for again, but another
        # code is another message

        $self->{unsure} = 1;
        $self->restart if $self->{step} eq 'send';

        return 'refused';
    }

    if (defined $besides && $said eq $besides
        && ($self->{excused}{lost} || delete $self->{unsure}))
    {
        $self->restart;
        return 'refused';
    }

    return 'wrong';
}


sub post {
    my ($to, $body, @headers) = @_;

    return Test::CRM::HTTP->text(POST => "$v1/$to",
        headers => [ @headers ? @headers : (api_key => $key) ],
        body => $body);
}


sub ask_own {
    my ($self) = @_;

    return Test::CRM::HTTP->text(GET => "$v1/$self->{cid}",
        headers => [ bearer($self->{access}),
            $self->{kind} eq 'pass' ? (api_key => $key) : () ]);
}


sub right_own {
    my ($self, $said) = @_;

    return unless $said eq qq(200 {"id":"$self->{cid}"});

    if ($self->{kind} eq 'pass') {
        $self->restart unless ++$self->{served} % 1000;
        return 1;
    }

    $self->{round} % 10 ? $self->restart : $self->go('sign_out');

    return 1;
}


sub ask_send {
    my ($self) = @_;

    delete $letters{$self->{to}};

    return post('otp', '{"send_method":"SMS","credentials":[{"name":"CARD",'
        . qq("value":"card-$self->{cid}"}]}));
}


sub right_send {
    my ($self, $said) = @_;

    my $shown = '+35799***' . substr $self->{to}, -3;

    return unless $said =~ /\A200\ \{"obfuscated_value":"\Q$shown\E",
        "auth_otp":"($uuid)"\}\z/x;

    $self->{handle} = $1;

    return $self->go('validate');
}


sub ask_validate {
    my ($self) = @_;

    return post('validate-otp', qq({"code":"$self->{code}","credentials":[)
        . qq({"name":"AUTH_OTP","value":"$self->{handle}"}]}));
}


sub ask_refresh {
    my ($self) = @_;

    return post('refresh', qq({"refresh_token":"$self->{refresh}"}));
}


# The contact's own, of its session, and of the next generation.

sub right_tokens {
    my ($self, $said) = @_;

    my $refreshed = $self->{step} eq 'refresh';
    my $n = $refreshed ? $self->{generation} + 1 : 1;
    my $sid = $refreshed ? $self->{sid} : '[0-9a-f]{32}';

    return unless $said =~ /\A200\ \{"access_token":"([\w.-]+)",
        "refresh_token":"(v1\.[0-9a-f]{8}\.$self->{cid}\.($sid)\.$n\.[\w-]+)",
        "exp":"\d+","contact":\{"id":"$self->{cid}","title":"",
        "first_name":"","last_name":"","company_name":"","avatar":"",
        "is_verified":"[a-z]*"\},"organisations":\[\]\}\z/x;

    @$self{qw(access refresh sid generation)} = ($1, $2, $3, $n);

    return $self->go($n < 4 ? 'refresh' : 'own');
}


sub ask_sign_out {
    my ($self) = @_;

    return post("$self->{cid}/sign_out", '', bearer($self->{access}));
}


sub right_sign_out {
    my ($self, $said) = @_;

    return $said eq '200 ' && $self->go('gone');
}


sub right_gone {
    my ($self, $said) = @_;

    return $said eq refused('wrong_token') && !$self->restart;
}


sub go {
    my ($self, $step) = @_;

    delete $self->{unsure};
    $self->{step} = $step;

    return 1;
}


1;
