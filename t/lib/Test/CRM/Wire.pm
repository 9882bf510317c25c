package Test::CRM::Wire;

# A wire between NGINX and Redis that a test can cut, one command of a flow
# before the other:
#
#     my $wire = Test::CRM::Wire->new($t);    # at %%DIR%%/wire.sock
#     $wire->plan(drop => 3);     # the third command does not arrive
#     $wire->plan(lose => 3);     # it arrives, and its reply does not
#     $wire->plan(hold => 3);     # it waits until there is another plan
#     $wire->say(3, ":1\r\n");    # it does not arrive, and is answered this
#     $wire->say(3, '', 1);       # and then the wire is cut
#     $wire->plan('pass');
#
# `asked` is another pattern of the commands that count.  `late` is for how
# many seconds events are kept: they come by a link of their own, and nothing
# says that they come before replies.

use warnings;
use strict;

use IO::Select;
use IO::Socket::UNIX;
use Time::HiRes qw(time);

use Test::CRM::Process qw(spawn wait_for slurp spew);

# what flows ask; the rest is how the edge greets Redis
my $asked = qr/\A(?:GET|HMGET|EVALSHA|EVAL)\z/;


sub new {
    my ($class, $t, %opt) = @_;

    my $self = bless { dir => $t->{dir}, n => 0, asked => $asked, %opt },
        $class;

    $self->plan('pass');
    $t->{pid}{wire} = spawn(sub { $self->serve }, out => "$t->{dir}/wire.out");
    wait_for(sub { -S "$t->{dir}/wire.sock" });

    return $self;
}


# Commands are counted anew from here.

sub plan {
    my ($self, $what, $at) = @_;

    my $file = "$self->{dir}/wire.plan";

    spew("$file.new", join ' ', ++$self->{n}, $what, $at // 0);
    rename "$file.new", $file;
}


sub say {
    my ($self, $at, $bytes, $cut) = @_;

    spew("$self->{dir}/wire.say", $bytes);
    $self->plan($cut ? 'end' : 'say', $at);
}


# Whether the command that the plan names has come.

sub reached { slurp("$_[0]{dir}/wire.at") eq $_[0]{n} }


# A client of the test that asks, waits for the command of that number, and
# leaves.  Returns whether it has come.

sub leave {
    my ($self, $t, $at, $text) = @_;

    my $client = $t->connect;

    $self->plan(hold => $at);
    $client->write($text);

    my $reached = wait_for(sub { $self->reached });

    $client->close;
    $self->plan('pass');

    return $reached;
}


sub serve {
    my ($self) = @_;

    local $SIG{PIPE} = 'IGNORE';

    my $listen = IO::Socket::UNIX->new(Local => "$self->{dir}/wire.sock",
        Listen => 16) or die "wire.sock: $!";
    my $select = IO::Select->new($listen);
    my %lines;

    for (;;) {
        for my $socket ($select->can_read(0.005)) {

            if ($socket == $listen) {
                my $line = $self->join_ends($listen->accept) or next;

                $lines{$_} = $line for @$line{qw(client redis)};
                $select->add(@$line{qw(client redis)});
                next;
            }

            my $line = $lines{$socket} or next;
            my $from = $socket == $line->{client} ? 'in' : 'out';

            sysread($socket, $line->{$from}, 65536, length $line->{$from})
                or $line->{cut} = 1;
        }

        my %seen;

        for my $line (grep { !$seen{$_}++ } values %lines) {
            $self->pass_on($line);
            next unless $line->{cut};

            $select->remove(@$line{qw(client redis)});
            delete @lines{@$line{qw(client redis)}};
            close $line->{$_} for qw(client redis);
        }
    }
}


sub join_ends {
    my ($self, $client) = @_;

    my $redis = IO::Socket::UNIX->new(Peer => "$self->{dir}/redis.sock");

    return unless $client && $redis;
    return { client => $client, redis => $redis, in => '', out => '' };
}


sub pass_on {
    my ($self, $line) = @_;

    while (!$line->{cut} && $line->{in} =~ /\A\*(\d+)\r\n/) {
        my $at = $+[0];
        my ($n, @argv) = $1;

        while (@argv < $n && substr($line->{in}, $at) =~ /\A\$(\d+)\r\n/) {
            $at += $+[0];
            push @argv, substr $line->{in}, $at, $1;
            $at += $1 + 2;
        }

        return if @argv < $n || $at > length $line->{in};

        my $what = $argv[0] =~ $self->{asked} ? $self->fate($line) : 'pass';

        return if $what eq 'hold';
        return $line->{cut} = 1 if $what eq 'drop';

        if ($what eq 'say' || $what eq 'end') {
            substr $line->{in}, 0, $at, '';
            syswrite $line->{client}, slurp("$self->{dir}/wire.say");
            $line->{cut} = 1 if $what eq 'end';
            next;
        }

        $line->{lost} = 1 if $what eq 'lose';
        syswrite $line->{redis}, substr $line->{in}, 0, $at, '';
    }

    return if $line->{out} eq '';
    return $line->{cut} = 1 if $line->{lost};
    return if $self->is_late($line);

    syswrite $line->{client}, $line->{out};
    $line->{out} = '';
}


sub is_late {
    my ($self, $line) = @_;

    return unless $self->{late} && $line->{out} =~ /^message\r$/m;

    $line->{since} //= time;
    return 1 if time < $line->{since} + $self->{late};

    delete $line->{since};
    return;
}


sub fate {
    my ($self, $line) = @_;

    my ($id, $what, $at) = split / /, slurp("$self->{dir}/wire.plan");

    # what was held goes on when the plan has changed

    @$self{qw(id seen)} = ($id, 0) if ($self->{id} // '') ne $id;
    return 'hold' if ($line->{held} // '') eq $id;

    if (delete $line->{held}) {
        return 'pass';
    }

    return 'pass' unless ++$self->{seen} == $at;

    $line->{held} = $id if $what eq 'hold';
    spew("$self->{dir}/wire.at", $id);

    return $what;
}


1;
